"""The one alert rule of the engine's own: background work that was given up."""

from typing import Final

from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.alerts import services

GIVEN_UP: Final = "work.given_up"


def work_given_up(session: Session, task: str) -> None:
    """Tell the service leads, once until it is put right, however much of it is given up.

    The subject is the task's name, so that e-mail which cannot be sent does not beget alerts, and
    by them more e-mail, without end.
    """
    services.raise_alert(
        session,
        kind=GIVEN_UP,
        subject=task,
        about_family_id=None,
        staff_ids=[lead.id for lead in accounts.staff_with(session, "service_lead")],
        path="/alerts",
        line=f"Background work ({task}) keeps failing. Please tell whoever operates keywork.",
    )


def work_put_right(session: Session, task: str) -> None:
    """Take the alert back."""
    services.resolve_alerts(session, GIVEN_UP, task)
