"""Forms of handoffs."""

from datetime import date
from typing import Any

from tests.integration.scenarios.forms import Case, on
from tests.integration.scenarios.sites import Site

DRAFT = "/handoffs/drafts/{site.drafts[0]}"


def a_person(site: Site) -> dict[str, Any]:
    """Somebody in a family."""
    born = on("date_of_birth", date(2024, 2, 14))
    return {"role": "child", "given_name": "Una", "family_name": "Birch", "then": "add"} | born


def contact(site: Site) -> dict[str, Any]:
    """How to make contact."""
    hub = {"hub": str(site.desk.hub_id), "consent": "agreed"}
    return hub | {"ways": "may_text", "contact_details": "07700 900123", "advice": "Before noon"}


def allocation(site: Site) -> dict[str, Any]:
    """Whom to give a handoff, into a new record."""
    return {"family": "new", "key_worker": str(site.desk.key_worker.staff_id)}


CASES = (
    Case("handoffs.new", "visitor", "/handoffs/new", a_person),
    Case("handoffs.people", "visitor", f"{DRAFT}/people", a_person),
    Case(
        "handoffs.why",
        "visitor",
        f"{DRAFT}/why",
        lambda site: {"domains": "housing", "why": "No room", "tried": "Nothing"},
    ),
    Case("handoffs.contact", "visitor", f"{DRAFT}/contact", contact),
    Case(
        "handoffs.remove_person", "visitor", f"{DRAFT}/people", sent_to="/remove", may_be_empty=True
    ),
    Case("handoffs.check", "visitor", "/handoffs/drafts/{site.drafts[2]}/check", may_be_empty=True),
    Case(
        "handoffs.delete", "visitor", "/handoffs/drafts/{site.drafts[1]}/delete", may_be_empty=True
    ),
    Case("handoffs.allocate", "allocator", "/allocation/{site.sent}", allocation),
    Case(
        "handoffs.accept",
        "answerer",
        "/handoffs/{site.allocated}",
        sent_to="/accept",
        may_be_empty=True,
    ),
    Case(
        "handoffs.give_back",
        "answerer",
        "/handoffs/{site.returnable}/return",
        lambda site: {"reason": "I am leaving"},
    ),
    Case(
        "handoffs.hand_over",
        "answerer",
        "/handoffs/{site.accepted}/handed-over",
        lambda site: {"message": "In hand"},
    ),
)
