"""Keeping the outbox small."""

from sqlalchemy.orm import Session

from keywork.kernel import outbox
from keywork.retention.reference import swept_after
from worker.tasks.shell import periodic


@periodic("outbox.prune")
def prune(session: Session) -> None:
    """Delete what was done long ago."""
    outbox.prune(session, swept_after("finished_work"))
