"""Forms of consent and sharing."""

from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.forms import FAMILY, Case, on
from tests.integration.scenarios.sites import Site


def an_answer(site: Site) -> dict[str, Any]:
    """The first member agrees."""
    member = str(site.place.family.members[0].id)
    return {
        "state": "given",
        "decider": member,
        "way": "phone",
        "basis": "consent",
        "words": "If it helps",
        "readers": "team",
    }


def a_first_answer(site: Site) -> dict[str, Any]:
    """The first member agrees to something new."""
    member = str(site.place.family.members[0].id)
    question = {"member": member, "purpose": "payment", "organisation": "Norbridge Reuse"}
    return an_answer(site) | question


def a_decision(site: Site) -> dict[str, Any]:
    """Nothing is told the police."""
    return on("happened_on", clock.today()) | {
        "shared": "not_shared",
        "members": str(site.place.family.members[0].id),
        "organisation_kind": "police",
        "organisation": "Norbridge Police",
        "person": "PC Lane",
        "purpose": "safety",
        "what": "where they live",
        "reason": "It would put her at risk",
        "readers": "team",
    }


CONSENT = f"{FAMILY}/sharing/consent"
CASES = (
    Case("sharing.add_consent", "worker", f"{CONSENT}/new", a_first_answer),
    Case("sharing.change_consent", "worker", f"{CONSENT}/{{site.consent}}", an_answer),
    Case("sharing.add_decision", "worker", f"{FAMILY}/sharing/new", a_decision),
)
