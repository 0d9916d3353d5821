"""Who lives with whom: derived from the residences that the viewer may read, never stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from keywork.families.policy import NO_ADDRESS
from keywork.families.queries.members import MemberView
from keywork.families.queries.places import ResidenceView, residences
from keywork.families.queries.records import FamilyView


@dataclass(frozen=True)
class Resident:
    """A member who lives somewhere."""

    member: MemberView
    residence: ResidenceView | None
    """How we know; None when no address is recorded."""


@dataclass(frozen=True)
class Household:
    """Members who live at one address on one day."""

    label: str
    kind: str
    """Of what kind the address is, in words; empty where none is recorded."""

    residents: list[Resident]

    @property
    def members(self) -> list[MemberView]:
        """Who lives there."""
        return [resident.member for resident in self.residents]

    @property
    def known(self) -> bool:
        """Whether these members share an address, instead of having none."""
        return self.residents[0].residence is not None

    @property
    def protected(self) -> bool:
        """Whether some of the team may not know of it."""
        return any(r.residence is not None and r.residence.protected for r in self.residents)


@dataclass(frozen=True)
class Move:
    """A day on which households changed, and how."""

    on: date
    words: list[str]


def households(session: Session, family: FamilyView, at: date) -> list[Household]:
    """Who of the family's members lives with whom on a day, in one statement.

    A member may live at two addresses. Those with none that the viewer may read come last.
    """
    return households_of(family.members, residences(session, family.ids), at)


def household_changes(session: Session, family: FamilyView) -> list[Move]:
    """The days on which somebody moved in or out, the latest first, in one statement."""
    return moves_of(residences(session, family.ids))


def households_of(
    members: Sequence[MemberView], homes: Iterable[ResidenceView], at: date
) -> list[Household]:
    """The households that these residences make of these members on a day."""
    living = {member.person_id: member for member in members if not _died(member, at)}
    found: dict[str, dict[int, ResidenceView]] = {}
    for home in homes:
        if home.holds_on(at) and home.person_id in living:
            found.setdefault(home.place, {}).setdefault(home.person_id, home)
    housed = {id_ for homes_at in found.values() for id_ in homes_at}
    made = [_household(living, homes_at) for homes_at in found.values()]
    order = list(living)
    made.sort(key=lambda household: order.index(household.members[0].person_id))
    without = [Resident(member, None) for id_, member in living.items() if id_ not in housed]
    dead = [Resident(member, None) for member in members if _died(member, at)]
    rest = [(NO_ADDRESS, without), ("Died", dead)]
    return [*made, *(Household(label, "", residents) for label, residents in rest if residents)]


def moves_of(homes: Iterable[ResidenceView]) -> list[Move]:
    """The days on which these residences began or ended, the latest first."""
    real = [home for home in homes if not home.mistaken]
    arrived = {(home.person_id, home.since) for home in real}
    words: dict[date, dict[str, dict[str, None]]] = {}
    for home in real:
        moved = words.setdefault(home.since, {}).setdefault(f"moved to {home.label}", {})
        moved[home.member_name] = None
        if home.until and (home.person_id, home.until) not in arrived:
            left = words.setdefault(home.until, {}).setdefault(f"left {home.label}", {})
            left[home.member_name] = None
    return [
        Move(on, [f"{_listed(list(names))} {what}" for what, names in words[on].items()])
        for on in sorted(words, reverse=True)
    ]


def _household(living: dict[int, MemberView], homes: dict[int, ResidenceView]) -> Household:
    first = next(iter(homes.values()))
    residents = [Resident(member, homes[id_]) for id_, member in living.items() if id_ in homes]
    return Household(first.label, first.kind_name, residents)


def _died(member: MemberView, at: date) -> bool:
    return member.died_on is not None and member.died_on <= at


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
