"""Every form of the product: who fills it in, where it is, and an answer that is right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.sites import Site

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True)
class Case:
    """One form, by the endpoint it is sent to."""

    endpoint: str
    who: str
    page: str
    """The address of the page it is on, with the site's references in braces."""

    right: Callable[[Site], dict[str, Any]] = lambda site: {}
    sent_to: str = ""
    """How the form's own address ends, when it is not the page's."""

    may_be_empty: bool = False
    """Whether an answer without a word is right."""

    def address(self, site: Site) -> str:
        """Where its page is at this site."""
        return self.page.format(site=site)


def on(name: str, day: date) -> dict[str, str]:
    """The three boxes of a date."""
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }


def a_person(site: Site) -> dict[str, Any]:
    """Somebody in a family."""
    born = on("date_of_birth", date(2024, 2, 14))
    return {"role": "child", "given_name": "Una", "family_name": "Birch", "then": "add"} | born


def a_visit(site: Site) -> dict[str, Any]:
    """One visit, yesterday."""
    when = on("on", clock.today() - timedelta(days=1)) | {"at": "2:30pm", "minutes": "50"}
    return when | {"seen": str(site.place.family.members[0].id), "text": "Talked about bedtime"}


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


def contact(site: Site) -> dict[str, Any]:
    """How to make contact."""
    hub = {"hub": str(site.desk.hub_id), "consent": "agreed"}
    return hub | {"ways": "may_text", "contact_details": "07700 900123", "advice": "Before noon"}


def allocation(site: Site) -> dict[str, Any]:
    """Whom to give a handoff, into a new record."""
    return {"family": "new", "key_worker": str(site.desk.key_worker.staff_id)}


def funding(site: Site) -> dict[str, Any]:
    """Money for the purse that there is."""
    year = clock.financial_year(clock.today())
    return {"hub": str(site.place.hub_id), "fund": "EH", "year": str(year), "amount": "100"}


FAMILY = "/families/{site.family}"
DRAFT = "/handoffs/drafts/{site.drafts[0]}"
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
ELSEWHERE = {
    "accounts.sign_in": "stores nothing but the sign-in; see test_sign_in.py",
    "accounts.sign_out": "has nothing to fill in",
    "alerts.inbox": "has nothing to fill in",
    "commissioning.forecast": "is the form of commissioning.ask, and stores nothing",
}
"""Other addresses that take a post, and why they are not here."""
