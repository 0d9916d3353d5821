"""Forms about persons recorded twice."""

from tests.integration.scenarios.forms import Case

CASES = (
    Case(
        "families.same_person",
        "manager",
        "/same-people/{site.same_people.apart}",
        lambda site: {"words": "They are cousins"},
    ),
    Case(
        "families.merge_people",
        "manager",
        "/same-people/{site.same_people.one}/merge",
        lambda site: {"name": "kept", "reason": "Same school"},
    ),
    Case(
        "families.merge",
        "manager",
        "/merges/{site.same_people.merged}",
        lambda site: {"reason": "They are cousins"},
    ),
)
