"""Visits, as somebody writes them up."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from keywork.kernel import clock
from tests.factories.families import Case


def visit_form(case: Case, **changed: Any) -> dict[str, Any]:
    """The form of a visit yesterday to both parents and the older child, who was seen alone."""
    day = clock.today() - timedelta(days=1)
    return {
        "submission": str(uuid4()),
        "kind": "visit",
        "on-day": day.day,
        "on-month": day.month,
        "on-year": day.year,
        "at": "2:30pm",
        "minutes": "45",
        "who": [member.id for member in case.members[:3]],
        "seen_alone": [case.members[2].id],
        "text": "We talked about sleep.",
        "source": "own_observation",
        **changed,
    }
