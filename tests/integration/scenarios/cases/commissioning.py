"""Forms of commissioning."""

from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.forms import FAMILY, Case, on
from tests.integration.scenarios.sites import Site

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def a_wish(site: Site) -> dict[str, Any]:
    """Ten pounds for a family."""
    return on("needed_by", clock.today()) | {
        "category": "food",
        "what": "Night light",
        "members": str(site.place.family.members[0].id),
        "goal": str(site.goal),
        "amount": "10",
        "paying": "card",
        "why": "Afraid of the dark",
    }


def a_purchase(site: Site) -> dict[str, Any]:
    """What was paid."""
    return on("bought_on", clock.today()) | {"paid": "29.00", "supplier": "Mill Lane Reuse"}


def funding(site: Site) -> dict[str, Any]:
    """Money for the purse that there is."""
    year = clock.financial_year(clock.today())
    return {"hub": str(site.place.hub_id), "fund": "EH", "year": str(year), "amount": "100"}


CASES = (
    Case("commissioning.ask", "worker", f"{FAMILY}/money/new", a_wish),
    Case(
        "commissioning.decide",
        "manager",
        "/spends/{site.waiting}/decide",
        lambda site: {"decision": "approve", "reason": "It helps"},
        may_be_empty=True,
    ),
    Case("commissioning.buy", "worker", "/spends/{site.approved}/purchase", a_purchase),
    Case(
        "commissioning.add_receipt",
        "worker",
        "/spends/{site.bought}/receipt",
        lambda site: {"file": ("till.png", PNG)},
    ),
    Case(
        "commissioning.withdraw",
        "worker",
        "/spends/{site.withdrawable}/withdraw",
        may_be_empty=True,
    ),
    Case("commissioning.allocate", "lead", "/purses/allocate", funding),
)
