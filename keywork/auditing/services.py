"""Sealing each day of the audit when it is over, and checking what was sealed."""

from datetime import date
from typing import Final

import structlog
from sqlalchemy import Date, bindparam, func, select, text
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.alerts.services import raise_alert
from keywork.auditing.models import AuditSeal
from keywork.auditing.policy import days_to_check
from keywork.auditing.reference import figures
from keywork.kernel import clock
from keywork.kernel.viewer import system_task

TASK: Final = system_task("auditing")
DIFFERS: Final = "audit.differs"

_SEAL = text("SELECT day, events, encode(hash, 'hex') AS hash FROM seal_audit_day()")
_HOLDS = text("SELECT audit_day_holds(:day)").bindparams(bindparam("day", type_=Date))

log = structlog.get_logger("keywork.auditing")


def seal(session: Session) -> list[date]:
    """Seal every London day that is over, in order. For the nightly task.

    Each hash goes to the log as well, where whoever alters the database cannot alter it.
    """
    sealed = []
    while (row := session.execute(_SEAL).one_or_none()) is not None:
        log.info("sealed", day=row.day.isoformat(), events=row.events, hash=row.hash)
        sealed.append(row.day)
    return sealed


def verify(session: Session, *, everything: bool = False) -> list[date]:
    """Work out the seals of the recent days anew, and of some older ones; return what differs.

    Each such day the information officers are alerted to; where there are none, the service leads.
    """
    today = clock.today()
    first, last = session.execute(select(func.min(AuditSeal.day), func.max(AuditSeal.day))).one()
    if first is None:
        return []
    since = first if everything else None
    chosen = days_to_check(first, last, today, figures(today), since=since)
    differs = [day for day in chosen if not session.scalar(_HOLDS, {"day": day})]
    for day in differs:
        log.error("differs", day=day.isoformat())
        _tell(session, day)
    log.info("verified", days=len(chosen), differ=len(differs))
    return differs


def _tell(session: Session, day: date) -> None:
    officers = accounts.staff_with(session, "information_officer")
    told = officers or accounts.staff_with(session, "service_lead")
    raise_alert(
        session,
        kind=DIFFERS,
        subject=day.isoformat(),
        about_family_id=None,
        staff_ids=[person.id for person in told],
        path="/audit" if officers else "/alerts",
        line=f"The audit of {day.isoformat()} is not as it was sealed. Keep the logs, and ask who"
        " operates keywork.",
    )
