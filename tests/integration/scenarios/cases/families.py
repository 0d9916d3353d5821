"""Forms of families."""

from typing import Any

from tests.integration.scenarios.forms import FAMILY, Case
from tests.integration.scenarios.sites import Site


def contact(site: Site) -> dict[str, Any]:
    """How to make contact."""
    hub = {"hub": str(site.desk.hub_id), "consent": "agreed"}
    return hub | {"ways": "may_text", "contact_details": "07700 900123", "advice": "Before noon"}


CASES = (
    Case(
        "families.safe_contact",
        "worker",
        f"{FAMILY}/safe-contact",
        lambda site: {"ways": "may_text", "advice": "Before noon"},
        may_be_empty=True,
    ),
    Case(
        "families.correct_entry",
        "worker",
        f"{FAMILY}/chronology/{{site.entry}}/correct",
        lambda site: {"text": "All but one at home", "reason": "I was wrong"},
    ),
)
