"""Forms about the team and the life of a record; the last in a row undoes no other."""

from tests.integration.scenarios.forms import Case
from tests.integration.scenarios.sites import Site

QUIET = "/families/{site.lives.quiet}"


def newcomer(site: Site) -> str:
    """The id of a key worker of the hub."""
    return str(site.lives.newcomer.staff_id)


CASES = (
    Case(
        "families.add_practitioner",
        "worker",
        f"{QUIET}/team/new",
        lambda site: {"staff": newcomer(site), "role": "other"},
    ),
    Case(
        "families.end_place",
        "worker",
        f"{QUIET}/team/{{site.lives.place}}/end",
        lambda site: {"reason": "The course is over"},
    ),
    Case(
        "families.add_professional",
        "worker",
        f"{QUIET}/team/professionals/new",
        lambda site: {"name": "Jo Bright", "role": "IDVA", "readers": "named"},
    ),
    Case(
        "families.end_professional",
        "worker",
        f"{QUIET}/team/professionals/{{site.lives.professional}}/end",
        lambda site: {"reason": "Changed schools"},
    ),
    Case(
        "families.change_key_worker",
        "manager",
        f"{QUIET}/team/key-worker",
        lambda site: {"key_worker": newcomer(site), "reason": "Long leave"},
    ),
    Case(
        "families.reopen",
        "manager",
        "/families/{site.lives.closed}/reopen",
        lambda site: {"reason": "new_needs", "key_worker": newcomer(site)},
    ),
    Case(
        "families.split",
        "manager",
        f"{QUIET}/split",
        lambda site: {
            "leaving": str(site.lives.quiet_members[0]),
            "reason": "separated",
            "key_worker": newcomer(site),
        },
    ),
    Case(
        "families.undo_join",
        "manager",
        f"{QUIET}/joined/{{site.lives.join}}/undo",
        lambda site: {"words": "They are cousins"},
    ),
    Case(
        "desk.choose_record",
        "manager",
        f"{QUIET}/join",
        lambda site: {"other": site.lives.other},
    ),
    Case(
        "desk.join_families",
        "manager",
        f"{QUIET}/join/{{site.lives.other}}",
        lambda site: {"reason": "same_family"},
    ),
    Case(
        "desk.close_family",
        "manager",
        f"{QUIET}/close",
        lambda site: {"reason": "needs_met", "words": "All well"},
    ),
)
