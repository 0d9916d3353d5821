"""Choices that forms about a family share."""

from collections.abc import Iterable, Sequence

from keywork.families.queries import MemberView, TeamView
from keywork.web.fields import Choice, HiddenField


def members(people: Iterable[MemberView]) -> list[Choice]:
    """A choice for each member."""
    return [Choice(person.id, person.name) for person in people]


def colleagues(team: Sequence[TeamView], staff_id: int) -> list[Choice]:
    """A choice for each other practitioner in the team."""
    return [Choice(t.staff_id, t.name, t.role_name) for t in team if t.staff_id != staff_id]


def version_of(field: HiddenField) -> int:
    """The version a page showed; one that is not ours is no version at all."""
    return int(field.text) if field.text.isdecimal() and len(field.text) < 19 else -1
