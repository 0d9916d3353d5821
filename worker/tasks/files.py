"""Keeping uploaded files and the rows that name them together."""

from sqlalchemy.orm import Session

from keywork.kernel import files
from worker.tasks.shell import periodic, work


@periodic("files.sweep")
def sweep(session: Session) -> None:
    """Remove files of uploads that came to nothing."""
    files.sweep(session)


@work("files.remove_unnamed")
def remove_unnamed(session: Session) -> None:
    """Remove what the rows of an erased record named, without waiting for the night."""
    files.sweep(session)
