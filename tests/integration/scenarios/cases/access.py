"""Forms about emergencies, conflicts of interest and who reads for whom.

The manager of the other hub opens a record in an emergency; the newcomer of this one is the cousin.
"""

from tests.integration.scenarios.forms import Case
from tests.integration.scenarios.sites import Site

KNOWN = "/families/{site.access.family}"


def cousin(site: Site) -> dict[str, object]:
    """The first of the family is somebody's cousin."""
    return {"people": str(site.access.member), "reason": "My cousin"}


CASES = (
    Case(
        "families.emergency",
        "allocator",
        "/emergency",
        lambda site: {
            "text": site.family,
            "kind": "danger",
            "reason": "The police rang about them",
        },
    ),
    Case(
        "families.check_emergency",
        "manager",
        "/emergencies/{site.access.emergency}",
        lambda site: {"justified": "yes", "words": "It was"},
    ),
    Case(
        "families.conflicts",
        "manager",
        f"{KNOWN}/team/conflicts",
        lambda site: cousin(site) | {"staff": str(site.lives.newcomer.staff_id)},
    ),
    Case(
        "families.lift_conflict",
        "manager",
        f"{KNOWN}/team/conflicts/{{site.access.conflict}}/lift",
        lambda site: {"reason": "Another of that name"},
    ),
    Case(
        "families.end_taking_over",
        "manager",
        f"{KNOWN}/team/reads-for/{{site.access.reads_for}}/end",
        may_be_empty=True,
    ),
    Case(
        "families.declare_conflict",
        "worker",
        f"{KNOWN}/team/i-know-them",
        cousin,
    ),
)
