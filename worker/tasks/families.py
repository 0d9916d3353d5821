"""What is done about families by night."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from keywork.families import services
from keywork.kernel import drafts
from worker.tasks.shell import periodic

KEPT: Final = timedelta(days=30)


@periodic("families.sweep_drafts")
def sweep_drafts(session: Session) -> None:
    """Forget forms that nobody has touched for a month."""
    drafts.sweep(session, KEPT)


@periodic("families.find_same_people", seconds=110)
def find_same_people(session: Session) -> None:
    """Look for persons who are recorded twice."""
    services.find_same_people(session)
