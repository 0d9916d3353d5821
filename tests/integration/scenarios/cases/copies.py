"""The form that makes a copy."""

from typing import Any

from tests.integration.scenarios.forms import FAMILY, Case
from tests.integration.scenarios.sites import Site

PARTS = "?parts=plan&parts=facts"


def a_copy(site: Site) -> dict[str, Any]:
    """All that may reach the first member, given by hand."""
    return {"way": "in_person", "purpose": "own_copy", "basis": "public_task", "read": "yes"}


CASES = (
    Case(
        "copies.check",
        "worker",
        f"{FAMILY}/people/{{site.place.family.members[0].uid}}/copy/check{PARTS}",
        a_copy,
        sent_to=PARTS,
    ),
)
