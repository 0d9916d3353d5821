"""What is done about families by night."""

from sqlalchemy.orm import Session

from keywork.families import alerts, services
from keywork.kernel import drafts
from keywork.retention.reference import swept_after
from worker.tasks.shell import periodic


@periodic("families.sweep_drafts")
def sweep_drafts(session: Session) -> None:
    """Forget forms that nobody has touched for long."""
    drafts.sweep(session, swept_after("form_drafts"))


@periodic("families.find_same_people", seconds=110)
def find_same_people(session: Session) -> None:
    """Look for persons who are recorded twice."""
    services.find_same_people(session)


@periodic("families.check_key_workers")
def check_key_workers(session: Session) -> None:
    """Tell of each family whose key worker has left or may no longer open it."""
    alerts.families_without_key_worker(session)
