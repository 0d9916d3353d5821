"""What the managers of a family's hub are told at once: who may open it, and who no longer does.

Where nobody manages the hub who may open the family, the service leads are told; they cannot open
it, so that their path leads to a page of their own.
"""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.alerts.services import raise_alert, resolve_alerts
from keywork.families import queries
from keywork.kernel.viewer import acting_as, system_task

TASK: Final = system_task("families")

BROKEN: Final = "glass.broken"
REFUSED: Final = "glass.refused"
DECLARED: Final = "conflict.declared"
WITHOUT_KEY_WORKER: Final = "family.without_key_worker"


def glass_broken(session: Session, family_id: int, emergency: str) -> None:
    """Somebody opened the family in an emergency, which has a reference of its own."""
    path = f"/emergencies/{emergency}"
    line = "A record was opened in an emergency. Check whether it was justified"
    _tell(session, BROKEN, family_id, emergency, path, line=line, for_leads=path)


def glass_checked(session: Session, emergency: str) -> None:
    """A manager has looked at it."""
    resolve_alerts(session, BROKEN, emergency)


def glass_refused(session: Session, family_id: int, reference: str) -> None:
    """Somebody who is barred from the family tried to open it; each attempt is told anew."""
    resolve_alerts(session, REFUSED, reference)
    path = f"/families/{reference}/team/conflicts"
    line = "Somebody who has a conflict of interest tried to open a record in an emergency"
    _tell(session, REFUSED, family_id, reference, path, line=line)


def conflict_declared(session: Session, family_id: int, reference: str, by: int) -> None:
    """A colleague knows somebody in the family: told anew each time, but not to who declared it."""
    resolve_alerts(session, DECLARED, reference)
    path = f"/families/{reference}/team/conflicts"
    line = "A colleague has a conflict of interest and can no longer open a record"
    _tell(session, DECLARED, family_id, reference, path, line=line, besides=by)


def families_without_key_worker(session: Session) -> None:
    """Tell of each family whose key worker has left, is barred from it or never was, once.

    Every night, and at once when somebody leaves or is barred.
    """
    with acting_as(session, TASK):
        for family_id in session.scalars(select(func.families_without_key_worker())).all():
            reference = queries.reference_of(session, family_id)
            path = f"/families/{reference}/team/key-worker"
            line = "A family has no key worker. Choose one"
            _tell(session, WITHOUT_KEY_WORKER, family_id, reference, path, line=line)


def has_key_worker(session: Session, reference: str) -> None:
    """Somebody is accountable for the family again, or it needs nobody."""
    resolve_alerts(session, WITHOUT_KEY_WORKER, reference)


def _tell(
    session: Session,
    kind: str,
    family_id: int,
    subject: str,
    path: str,
    *,
    line: str,
    for_leads: str = "/alerts",
    besides: int = 0,
) -> None:
    managers = queries.managers_of(session, family_id)
    leads = [] if managers else [p.id for p in accounts.staff_with(session, "service_lead")]
    raise_alert(
        session,
        kind=kind,
        subject=subject,
        about_family_id=family_id,
        staff_ids=set(managers or leads) - {besides},
        path=path if managers else for_leads,
        line=line,
    )
