"""What people do here, and who lets them."""

from typing import Final

from keywork.accounts.models import Role
from keywork.accounts.policy.actor import Actor

ROLE_NAMES: Final = {
    "key_worker": "Key worker",
    "specialist": "Specialist",
    "health_visitor": "Health visitor",
    "hub_manager": "Hub manager",
    "service_lead": "Service lead",
    "finance": "Finance",
    "information_officer": "Information officer",
}
GIVEN_BY_MANAGERS: Final = frozenset({"key_worker", "specialist", "health_visitor"})
"""What a hub manager lets others do at her hub; the database holds it too."""

COVERED_BY_MANAGERS: Final = GIVEN_BY_MANAGERS | {"hub_manager"}
"""In whose absence a hub manager arranges who stands in; the database holds it too."""

AT_A_HUB: Final = frozenset({"key_worker", "hub_manager"})
AT_NO_HUB: Final = frozenset({"service_lead", "finance", "information_officer"})


def may_give(actor: Actor, staff_id: int, role: str, hub_id: int | None) -> bool:
    """Whether the actor lets somebody do this here, and ends it; never for themselves."""
    if staff_id == actor.staff_id:
        return False
    at_her_hub = role in GIVEN_BY_MANAGERS and hub_id in actor.managed_hub_ids
    return actor.has(Role.SERVICE_LEAD) or at_her_hub
