"""Forms of the chronology."""

from datetime import timedelta
from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.forms import FAMILY, Case, on
from tests.integration.scenarios.sites import Site


def a_visit(site: Site) -> dict[str, Any]:
    """One visit, yesterday, about a goal that is scored and an action."""
    return {
        **on("on", clock.today() - timedelta(days=1)),
        **on("next_on", clock.today() + timedelta(days=7)),
        "at": "2:30pm",
        "minutes": "50",
        "who": str(site.place.family.members[0].id),
        "text": "Talked about bedtime",
        "goals": str(site.goal),
        f"score_{site.goal}": "6",
        "actions": str(site.action),
    }


CASES = (
    Case("plans.record_visit", "worker", f"{FAMILY}/visits/new", a_visit),
    Case(
        "families.mark_significant",
        "worker",
        f"{FAMILY}/chronology",
        sent_to="/significant",
        may_be_empty=True,
    ),
    Case(
        "families.unmark_significant",
        "worker",
        f"{FAMILY}/chronology?significant=yes",
        sent_to="/not-significant?significant=yes",
        may_be_empty=True,
    ),
)
