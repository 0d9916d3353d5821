"""Forms of families."""

from datetime import timedelta
from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.forms import FAMILY, Case, on
from tests.integration.scenarios.sites import Site


def a_visit(site: Site) -> dict[str, Any]:
    """One visit, yesterday."""
    when = on("on", clock.today() - timedelta(days=1)) | {"at": "2:30pm", "minutes": "50"}
    return when | {"seen": str(site.place.family.members[0].id), "text": "Talked about bedtime"}


def contact(site: Site) -> dict[str, Any]:
    """How to make contact."""
    hub = {"hub": str(site.desk.hub_id), "consent": "agreed"}
    return hub | {"ways": "may_text", "contact_details": "07700 900123", "advice": "Before noon"}


CASES = (
    Case("families.record_visit", "worker", f"{FAMILY}/visits/new", a_visit),
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
