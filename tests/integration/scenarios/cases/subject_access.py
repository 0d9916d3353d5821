"""Forms of subject access. Information officers answer for every hub."""

from collections.abc import Callable
from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.forms import Case, on
from tests.integration.scenarios.sites import Site

TODAY = clock.today()


def a_letter(site: Site) -> dict[str, Any]:
    """A solicitor writes for somebody."""
    return (
        {
            "way": "letter",
            "asked_by": "solicitor",
            "asker": "Hill and Lane",
            "authority": "Signed authority seen",
            "wanted": "Notes of visits",
            "identity": "yes",
            "identity_way": "Passport",
        }
        | on("received_on", TODAY)
        | on("identity_on", TODAY)
    )


def a_decision(site: Site) -> dict[str, Any]:
    """Some words are taken out."""
    left = {"text_text": "Both"}
    return {"decision": "include_part", "reason": "no_consent", "words": "Of the other"} | left


def a_case(page: str, address: str, right: Callable[[Site], dict[str, Any]]) -> Case:
    """A form of the officer's."""
    endpoint = f"subject_access.{page}"
    return Case(endpoint, "officer", f"/subject-access/{address}", right, everywhere=True)


CASES = (
    a_case("register", "new/{site.asking.person}", a_letter),
    a_case("show", "{site.asking.decided}", lambda site: {"read": "yes"}),
    a_case("item", "{site.asking.open}/items/{site.asking.item}", a_decision),
    a_case(
        "consent",
        "{site.asking.open}/people/{site.asking.other}",
        lambda site: {"answer": "given", "words": "That is fine"},
    ),
    a_case(
        "stop",
        "{site.asking.stopping}/stop",
        lambda site: {"kind": "clarification", "words": "Which years?"} | on("since", TODAY),
    ),
    a_case(
        "start",
        "{site.asking.waiting}/start",
        lambda site: {"identity_way": "Passport"} | on("on", TODAY),
    ),
    a_case(
        "extend",
        "{site.asking.extending}/extend",
        lambda site: {"reason": "Many records", "told": "yes"},
    ),
    a_case(
        "refuse",
        "{site.asking.refusing}/refuse",
        lambda site: {"refusal": "excessive", "words": "The third this month", "told": "yes"},
    ),
    a_case(
        "answer",
        "{site.asking.ready}/answer",
        lambda site: {"sent_way": "By hand"} | on("sent_on", TODAY),
    ),
)
