"""Forms of how people are related."""

from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.forms import FAMILY, Case, on
from tests.integration.scenarios.sites import Site


def a_sister(site: Site) -> dict[str, Any]:
    """Of somebody, by another member."""
    return {"who": str(site.place.family.members[0].person_id), "what": "sibling.first"}


CASES = (
    Case(
        "families.add_relationship",
        "worker",
        f"{FAMILY}/people/{{site.people.member}}/relationships/new",
        a_sister,
    ),
    Case(
        "families.change_relationship",
        "worker",
        f"{FAMILY}/relationships/{{site.carer}}",
        lambda site: on("started_on", clock.today()),
    ),
    Case(
        "families.remove_relationship",
        "worker",
        f"{FAMILY}/relationships/{{site.sibling}}/remove",
        may_be_empty=True,
    ),
)
