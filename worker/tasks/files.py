"""Keeping uploaded files and the rows that name them together."""

from sqlalchemy.orm import Session

from keywork.kernel import files
from worker.tasks.shell import periodic


@periodic("files.sweep")
def sweep(session: Session) -> None:
    """Remove files of uploads that came to nothing."""
    files.sweep(session)
