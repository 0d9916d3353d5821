"""Making what is sent to whoever asks what we hold about them, and reminding of the day."""

from sqlalchemy.orm import Session

from keywork.subject_access import services
from worker.tasks.shell import periodic, work


@work("subject_access.bundle")
def bundle(session: Session, bundle_id: int) -> None:
    """Make one bundle."""
    services.make_bundle(session, bundle_id)


@periodic("subject_access.remind")
def remind(session: Session) -> None:
    """Remind the information officers of what is due."""
    services.remind(session)
