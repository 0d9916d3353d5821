"""Who is told that a request came, is due soon or overdue: information officers, nobody else."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.alerts import services as alerts

RECEIVED: Final = "access.received"
DUE_SOON: Final = "access.due_soon"
OVERDUE: Final = "access.overdue"

LINES: Final = {
    RECEIVED: "Somebody asked what is held about them.",
    DUE_SOON: "A subject access request must be answered soon.",
    OVERDUE: "A subject access request is overdue.",
}


def tell_officers(session: Session, kind: str, reference: str, *, but: int | None = None) -> None:
    """Tell every information officer, `but` one who knows; once, however often this is called."""
    officers = accounts.staff_with(session, "information_officer")
    alerts.raise_alert(
        session,
        kind=kind,
        subject=reference,
        about_family_id=None,
        staff_ids=[officer.id for officer in officers if officer.id != but],
        path=f"/subject-access/{reference}",
        line=LINES[kind],
    )


def take_back(session: Session, reference: str, *kinds: str) -> None:
    """Take these alerts about a request out of every inbox."""
    for kind in kinds:
        alerts.resolve_alerts(session, kind, reference)


def kinds_due(due_on: date, today: date, soon: date) -> list[str]:
    """Of what the officers are to be reminded today; `soon` is the last day that counts as such."""
    if due_on < today:
        return [OVERDUE]
    return [DUE_SOON] if due_on <= soon else []
