"""Forms of addresses, numbers and schools."""

from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.forms import FAMILY, Case, on
from tests.integration.scenarios.sites import Site

PERSON = f"{FAMILY}/people/{{site.place.family.members[0].uid}}"
PHONE = {"kind": "mobile", "value": "07700 900982", "ways": "may_text", "readers": "team"}


def an_address(site: Site) -> dict[str, Any]:
    """Where one of the family lives since today."""
    who = str(site.place.family.members[0].id)
    where = {"kind": "home", "address": "12 High Street", "postcode": "nb13xy", "uprn": "10023"}
    return {"who": who, "readers": "team"} | where | on("since", clock.today())


def a_school(site: Site) -> dict[str, Any]:
    """A school since today."""
    return {"kind": "school", "name": "Elm", "readers": "team"} | on("since", clock.today())


def an_end(site: Site) -> dict[str, Any]:
    """It ended today."""
    return {"how": "ended"} | on("on", clock.today())


CASES = (
    Case("families.add_address", "worker", f"{FAMILY}/addresses/new", an_address),
    Case("families.add_contact", "worker", f"{PERSON}/contacts/new", lambda site: PHONE),
    Case(
        "families.change_contact",
        "worker",
        f"{FAMILY}/contacts/{{site.number}}",
        lambda site: PHONE,
    ),
    Case("families.add_affiliation", "worker", f"{PERSON}/affiliations/new", a_school),
    Case("families.end_or_correct", "worker", f"{FAMILY}/addresses/{{site.home}}/end", an_end),
)
