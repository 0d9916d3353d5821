"""Keeping the outbox small."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from keywork.kernel import outbox
from worker.tasks.shell import periodic

KEPT: Final = timedelta(days=30)


@periodic("outbox.prune")
def prune(session: Session) -> None:
    """Delete what was done more than a month ago."""
    outbox.prune(session, KEPT)
