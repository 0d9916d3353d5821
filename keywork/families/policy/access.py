"""Who may do what to a family."""

from collections.abc import Iterable
from typing import Final

from keywork.accounts.policy import Actor

TEAM_ROLES: Final = {
    "key_worker": "Key worker",
    "specialist": "Specialist",
    "health_visitor": "Health visitor",
    "other": "Practitioner",
}


CORRECTABLE_KINDS: Final = frozenset({"visit"})
"""Entries whose words are all there is to them; the others record a change made elsewhere."""


def may_open_family(actor: Actor, hub_id: int) -> bool:
    """Whether the actor may open a record at this hub."""
    return hub_id in actor.hub_ids


def may_correct(actor: Actor, *, author: str, kind: str, hub_id: int) -> bool:
    """Whether the actor may correct an entry they can read: its author and the hub manager may."""
    return kind in CORRECTABLE_KINDS and (author == actor.viewer or hub_id in actor.managed_hub_ids)


def staff_of(viewers: Iterable[str]) -> list[int]:
    """The ids of the members of staff among these viewers."""
    return [int(viewer[6:]) for viewer in viewers if viewer.startswith("staff:")]
