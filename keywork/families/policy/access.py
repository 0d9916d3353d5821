"""Who may do what to a family."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from keywork.accounts.policy import Actor
from keywork.families.kinds import kinds
from keywork.kernel.viewer import practitioner

_MEMBER: Final = "member:"

TEAM_ROLES: Final = {
    "key_worker": "Key worker",
    "specialist": "Specialist",
    "health_visitor": "Health visitor",
    "other": "Practitioner",
}


def may_open_family(actor: Actor, hub_id: int) -> bool:
    """Whether the actor may open a record at this hub."""
    return hub_id in actor.hub_ids


def may_correct(actor: Actor, *, author: str, kind: str, hub_id: int) -> bool:
    """Whether the actor may correct an entry they can read: its author and the hub manager may.

    An entry that records a change made elsewhere is put right there.
    """
    written = kind in kinds() and kinds()[kind].contact
    return written and (author == actor.viewer or hub_id in actor.managed_hub_ids)


def row_readers(
    author: str, named_staff: Collection[int] | None, named_members: Collection[int] = ()
) -> dict[str, Any]:
    """The `visibility` and `readers` of a row: for the team, or with `named_staff` for these.

    `named_members` of the family read nothing here: they may be given a copy of what is protected.
    """
    if named_staff is None:
        return {"visibility": "team", "readers": [author]}
    members = (f"{_MEMBER}{id_}" for id_ in named_members)
    readers = {author, *map(practitioner, named_staff), *members}
    return {"visibility": "protected", "readers": sorted(readers)}


def staff_of(viewers: Iterable[str]) -> list[int]:
    """The ids of the members of staff among these viewers."""
    return [int(viewer[6:]) for viewer in viewers if viewer.startswith("staff:")]


def members_of(readers: Iterable[str]) -> list[int]:
    """The ids of the members of the family who may be given a copy, among a row's readers."""
    start = len(_MEMBER)
    return [int(reader[start:]) for reader in readers if reader.startswith(_MEMBER)]


def may_check(actor: Actor, *, opened_by: int, manages: bool) -> bool:
    """Whether the actor says if an emergency was justified: the hub's manager or a service lead.

    Nobody checks their own.
    """
    return actor.staff_id != opened_by and (manages or actor.has("service_lead"))
