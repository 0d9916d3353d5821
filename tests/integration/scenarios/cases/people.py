"""Forms about persons and their places in families."""

from datetime import timedelta
from typing import Any

from keywork.kernel import clock
from tests.factories.families import an_nhs_number
from tests.integration.scenarios.forms import FAMILY, Case, on
from tests.integration.scenarios.sites import Site

MEMBER = f"{FAMILY}/people/{{site.people.member}}"


def somebody(site: Site) -> dict[str, Any]:
    """An aunt whom nobody knows."""
    return {"role": "relative", "given_name": "Una", "family_name": "Quill", "sex": "female"}


def a_birth(site: Site) -> dict[str, Any]:
    """Born today."""
    born = on("date_of_birth", clock.today())
    return born | {"given_name": "Mia", "family_name": "Quill", "sex": "female"}


def change(section: str, typed: dict[str, Any], *, may_be_empty: bool = False) -> Case:
    """The form of one part of what is known."""
    page = f"{MEMBER}/change/{section}"
    return Case(
        "families.change_person", "worker", page, lambda site: typed, may_be_empty=may_be_empty
    )


BORN = on("date_of_birth", clock.today() - timedelta(days=9000))

CASES = (
    Case("families.add_person", "worker", f"{FAMILY}/people/new", somebody),
    change("names", {"given_name": "Zed", "family_name": "Quill", "known_as": "Zee"}),
    change("birth", BORN, may_be_empty=True),
    change("identity", {"sex": "female", "gender": "a woman"}),
    change("background", {"ethnicity": "irish", "language": "Polish", "interpreter": "no"}),
    change("needs", {"disability": "no", "send": "none", "adjustments": "Large print"}),
    change("numbers", {"nhs_number": an_nhs_number()}, may_be_empty=True),
    Case(
        "families.add_name",
        "worker",
        f"{MEMBER}/names/new",
        lambda site: {"given_name": "Zoe", "family_name": "Quill", "kind": "former"},
    ),
    Case(
        "families.remove_name",
        "worker",
        f"{MEMBER}/names/remove",
        lambda site: {"name_id": str(site.people.name)},
    ),
    Case(
        "families.change_role",
        "worker",
        f"{MEMBER}/role",
        lambda site: on("on", clock.today()) | {"role": "relative"},
    ),
    Case(
        "families.record_birth",
        "worker",
        f"{FAMILY}/people/{{site.people.unborn}}/born",
        a_birth,
    ),
    Case(
        "families.bring_back",
        "worker",
        f"{FAMILY}/people/{{site.people.former}}/back",
        lambda site: on("on", clock.today()) | {"role": "parent"},
    ),
    Case(
        "families.end_member",
        "worker",
        f"{FAMILY}/people/{{site.people.leaving}}/end",
        lambda site: on("on", clock.today()) | {"reason": "Moved out"},
    ),
)
