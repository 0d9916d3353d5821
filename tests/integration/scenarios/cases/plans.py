"""Forms of plans."""

from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.forms import FAMILY, Case, on
from tests.integration.scenarios.sites import Site


def an_action(site: Site) -> dict[str, Any]:
    """Something to be done today."""
    owner = f"staff.{site.place.worker.staff_id}"
    return on("due_on", clock.today()) | {"words": "Measure the window", "owner": owner}


def a_need(site: Site) -> dict[str, Any]:
    """A need of the first member."""
    member = str(site.place.family.members[0].id)
    return {
        "member": member,
        "need": "money.debt",
        "severity": "2",
        "readers": "team",
        "words": "Debts",
    }


CASES = (
    Case("plans.add_need", "worker", f"{FAMILY}/plan/needs/new", a_need),
    Case(
        "plans.set_severity",
        "worker",
        f"{FAMILY}/plan/needs/{{site.need}}",
        lambda site: {"severity": "1", "words": "Better"},
    ),
    Case(
        "plans.add_goal",
        "worker",
        f"{FAMILY}/plan/goals/new",
        lambda site: {"words": "A quiet evening", "needs": str(site.need), "baseline": "2"},
    ),
    Case(
        "plans.score_goal",
        "worker",
        f"{FAMILY}/plan/goals/{{site.goal}}",
        lambda site: {"score": "5", "words": "Better"},
    ),
    Case("plans.add_action", "worker", f"{FAMILY}/plan/goals/{{site.goal}}/actions/new", an_action),
    Case(
        "plans.complete_action",
        "worker",
        f"{FAMILY}/plan/actions/{{site.action}}/done",
        lambda site: {"words": "It stands"},
        may_be_empty=True,
    ),
)
