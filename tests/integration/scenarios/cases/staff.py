"""Forms about who works here and who stands in; each is about another colleague."""

from typing import Any

from keywork.kernel import clock
from tests.integration.scenarios.forms import Case, on
from tests.integration.scenarios.sites import Site


def post(site: Site) -> dict[str, Any]:
    """A role at the hub."""
    return {"role": "specialist", "hub": str(site.place.hub_id)}


CASES = (
    Case(
        "accounts.add_person",
        "manager",
        "/staff/new",
        lambda site: (
            {"name": "Jo Bright", "email": f"jo{site.place.hub_id}@example.test"} | post(site)
        ),
    ),
    Case(
        "accounts.give_post",
        "manager",
        "/staff/{site.staffing.stays_uid}/posts/new",
        lambda site: post(site) | on("first", clock.today()),
    ),
    Case(
        "accounts.end_post",
        "manager",
        "/staff/{site.staffing.changes_uid}/posts/{site.staffing.post}/end",
        may_be_empty=True,
    ),
    Case(
        "accounts.reset_second_factor",
        "manager",
        "/staff/{site.staffing.stays_uid}/second-factor",
        may_be_empty=True,
    ),
    Case(
        "accounts.end_sessions",
        "manager",
        "/staff/{site.staffing.stays_uid}/sessions/end",
        may_be_empty=True,
    ),
    Case(
        "accounts.mark_left",
        "manager",
        "/staff/{site.staffing.goes_uid}/left",
        may_be_empty=True,
    ),
    Case("accounts.bring_back", "manager", "/staff/{site.staffing.gone_uid}/back", post),
    Case(
        "accounts.arrange_cover",
        "manager",
        "/cover/new",
        lambda site: (
            {
                "absent": str(site.place.manager.staff_id),
                "cover": str(site.place.second_manager.staff_id),
                "reason": "Training",
            }
            | on("first", clock.today())
            | on("last", clock.today())
        ),
    ),
    Case(
        "accounts.end_cover",
        "manager",
        "/cover/{site.staffing.cover}/end",
        may_be_empty=True,
    ),
)
