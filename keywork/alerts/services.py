"""Writes about alerts: raise, see, e-mail, resolve.

Whoever causes an alert can mostly not read it: it is addressed to somebody else. So alerts are
written as the engine, `task:alerts`, whatever the session reads as.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import BigInteger, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.alerts.models import Alert
from keywork.kernel import clock, outbox
from keywork.kernel.viewer import acting_as, system_task

ENGINE = system_task("alerts")


@dataclass(frozen=True)
class ToEmail:
    """An alert to be e-mailed, and to whom."""

    uid: UUID
    address: str
    subject: str
    path: str
    line: str


def raise_alert(
    session: Session,
    *,
    kind: str,
    subject: str,
    about_family_id: int | None,
    staff_ids: Collection[int],
    path: str,
    line: str,
) -> None:
    """Tell each of these people, and whoever stands in for one, that something needs them.

    They find it in their inbox and get an e-mail.

    Who has an open alert of this kind about this subject is not told again, and who has a conflict
    of interest in the family not at all. `kind` names the rule, such as `spend.waiting`; `subject`
    is a reference; `path` is the page on which they can act; `line` is the sentence they read: it
    goes by e-mail, so it names nobody and quotes nothing a person typed.
    """
    if not staff_ids:
        return
    about = {"kind": kind, "subject": subject, "family_id": about_family_id}
    with acting_as(session, ENGINE):
        told = set(staff_ids) | accounts.standing_in_for(session, staff_ids)
        told -= _barred(session, about_family_id)
        rows = [{**about, "staff_id": each, "path": path, "line": line} for each in told]
        if not rows:
            return
        raised = insert(Alert).values(rows).on_conflict_do_nothing().returning(Alert.id)
        for alert_id in session.scalars(raised).all():
            outbox.enqueue(session, "alerts.email", alert_id=alert_id)


def resolve_alerts(session: Session, kind: str, subject: str) -> None:
    """What these alerts were about has been dealt with: take them out of every inbox."""
    about = (Alert.kind == kind, Alert.subject == subject, Alert.resolved_at.is_(None))
    resolved = update(Alert).where(*about).values(resolved_at=func.now())
    with acting_as(session, ENGINE):
        session.execute(resolved.execution_options(synchronize_session=False))


def mark_seen(session: Session, actor: Actor, newest: UUID) -> None:
    """The person has seen this alert, and every one raised for them before it."""
    mine = Alert.staff_id == actor.staff_id
    until = select(Alert.id).where(mine, Alert.uid == newest).scalar_subquery()
    session.execute(
        update(Alert)
        .where(mine, Alert.id <= until, Alert.seen_at.is_(None))
        .values(seen_at=func.now())
        .execution_options(synchronize_session=False)
    )


def take_for_email(session: Session, alert_id: int) -> ToEmail | None:
    """The alert as it is to be e-mailed, marked as e-mailed if this transaction commits.

    None when it has been e-mailed or resolved already, or its addressee has left or is barred from
    the family since.
    """
    alert = session.scalar(select(Alert).where(Alert.id == alert_id).with_for_update())
    if alert is None or alert.emailed_at or alert.resolved_at:
        return None
    addressee = accounts.actor(session, alert.staff_id)
    if addressee is None or alert.staff_id in _barred(session, alert.family_id):
        return None
    alert.emailed_at = clock.now()
    return ToEmail(alert.uid, addressee.email, alert.subject, alert.path, alert.line)


def sweep_resolved(session: Session, age: timedelta) -> None:
    """Forget what was dealt with so long ago. The session must read as `task:retention`."""
    session.execute(
        delete(Alert)
        .where(Alert.resolved_at < clock.now() - age)
        .execution_options(synchronize_session=False)
    )


def _barred(session: Session, family_id: int | None) -> set[int]:
    """Whom a conflict of interest keeps from a family; the engine may ask."""
    if family_id is None:
        return set()
    barred = func.barred_staff(family_id, type_=ARRAY(BigInteger))
    return set(session.scalars(select(barred)).one())
