"""Deciding spends, and not letting them wait."""

from sqlalchemy.orm import Session

from keywork.commissioning import services
from worker.tasks.shell import periodic, work


@work("commissioning.decide")
def decide(session: Session, spend_id: int) -> None:
    """Apply the approval policy to a spend."""
    services.decide(session, spend_id)


@periodic("commissioning.escalate")
def escalate(session: Session) -> None:
    """Pass on what nobody has decided in time."""
    services.escalate_overdue(session)


@periodic("commissioning.prove")
def prove(session: Session) -> None:
    """Check every invariant of the books; who answers for them is alerted to any that fails."""
    services.prove_ledger(session)
