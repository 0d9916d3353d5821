"""What has been kept long enough."""

from sqlalchemy.orm import Session

from keywork.retention import services
from worker.tasks.shell import periodic


@periodic("retention.review", seconds=110)
def review(session: Session) -> None:
    """Put the records whose day has come before the officers."""
    services.review_records(session)


@periodic("retention.sweep")
def sweep(session: Session) -> None:
    """Forget drafts and alerts that nobody needs any more."""
    services.sweep(session)
