"""Sealing the audit by night, and checking what was sealed."""

from sqlalchemy.orm import Session

from keywork.auditing import services
from worker.tasks.shell import periodic


@periodic("auditing.seal", seconds=110)
def seal(session: Session) -> None:
    """Seal each day that is over."""
    services.seal(session)


@periodic("auditing.verify", seconds=110)
def verify(session: Session) -> None:
    """Check the recent days and some of the older ones."""
    services.verify(session)
