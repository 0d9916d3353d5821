"""Pairs of persons who may be one, and what was merged: those the viewer may know of both sides."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.models import (
    Member,
    Person,
    PersonMerge,
    PersonName,
    Relationship,
    SamePerson,
)
from keywork.families.policy import MERGED_FACTS, MergedFact, full_name, matching
from keywork.families.queries.candidates import open_places
from keywork.families.queries.records import FamilyLine, families_by_id
from keywork.kernel.errors import NotVisible

MOST_PAIRS = 50
COLUMNS = tuple(column for fact in MERGED_FACTS for column in fact.columns)


@dataclass(frozen=True)
class PairPerson:
    """One of two who may be one."""

    id: int
    name: str
    facts: dict[str, Any]
    """By column: see `policy.MERGED_FACTS`."""

    version: int
    families: list[FamilyLine]
    """Those that the viewer may open."""


@dataclass(frozen=True)
class PairView:
    """Two persons who may be one: the first is the record made first."""

    uid: UUID
    first: PairPerson
    second: PairPerson
    score: float
    reasons: list[str]
    against: list[str]
    found_on: date
    state: str

    @property
    def how_likely(self) -> str:
        """The score in words."""
        return matching().how_likely(self.score)

    @property
    def version(self) -> str:
        """What of the two a page has shown."""
        return f"{self.first.version}-{self.second.version}"

    @property
    def differences(self) -> list[MergedFact]:
        """What is known of both, and not the same."""
        return [f for f in MERGED_FACTS if f.differs(self.first.facts, self.second.facts)]

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Side by side: each fact that is known of either."""
        sides = self.first.facts, self.second.facts
        return [
            (fact.label, fact.words(sides[0]), fact.words(sides[1]))
            for fact in MERGED_FACTS
            if any(map(fact.known, sides))
        ]


@dataclass(frozen=True)
class MergeView:
    """Two records of a person that were put together."""

    uid: UUID
    kept: PairPerson
    absorbed_name: str
    reason: str
    merged_by: str
    merged_at: datetime
    undone_by: str | None
    undone_at: datetime | None


def same_people_count(session: Session) -> int:
    """How many pairs wait for the viewer's decision."""
    open_pairs = select(func.count()).select_from(SamePerson).where(SamePerson.state == "open")
    return session.scalar(open_pairs) or 0


def same_people(session: Session) -> list[PairView]:
    """The pairs that wait for a decision, the likeliest first, at most MOST_PAIRS."""
    return _pairs(session, SamePerson.state == "open")


def same_as(session: Session, person_id: int) -> list[PairView]:
    """The pairs this person is in that wait for a decision."""
    either = or_(SamePerson.a_id == person_id, SamePerson.b_id == person_id)
    return _pairs(session, (SamePerson.state == "open") & either)


def same_person(session: Session, uid: UUID) -> PairView:
    """One pair. Raises NotVisible when the viewer may not open a family of both."""
    for pair in _pairs(session, SamePerson.uid == uid):
        return pair
    raise NotVisible


def merge(session: Session, uid: UUID) -> MergeView:
    """A merge. Raises NotVisible when the viewer may not open a family of the person."""
    for view in _merges(session, PersonMerge.uid == uid):
        return view
    raise NotVisible


def merges_of(session: Session, person_id: int) -> list[MergeView]:
    """What was put together to make this person's record, and still is."""
    mine = (PersonMerge.kept_id == person_id) & PersonMerge.undone_at.is_(None)
    return _merges(session, mine)


def _pairs(session: Session, which: ColumnElement[bool]) -> list[PairView]:
    rows = session.scalars(
        select(SamePerson)
        .where(which)
        .order_by(SamePerson.score.desc(), SamePerson.id)
        .limit(MOST_PAIRS)
    ).all()
    people = _people(session, {id_ for row in rows for id_ in (row.a_id, row.b_id)})
    weights = matching()
    return [
        PairView(
            uid=row.uid,
            first=people[row.a_id],
            second=people[row.b_id],
            score=float(row.score),
            reasons=weights.explain(row.reasons),
            against=weights.explain(row.reasons, against=True),
            found_on=row.found_on,
            state=row.state,
        )
        for row in rows
    ]


def _merges(session: Session, which: ColumnElement[bool]) -> list[MergeView]:
    rows = session.scalars(select(PersonMerge).where(which).order_by(PersonMerge.id.desc())).all()
    people = _people(session, {id_ for row in rows for id_ in (row.kept_id, row.absorbed_id)})
    by = {id_ for row in rows for id_ in (row.merged_by, row.undone_by) if id_}
    staff = accounts.staff_by_id(session, by)
    return [
        MergeView(
            uid=row.uid,
            kept=people[row.kept_id],
            absorbed_name=_name_of(people.get(row.absorbed_id)),
            reason=row.reason,
            merged_by=staff[row.merged_by].name,
            merged_at=row.merged_at,
            undone_by=staff[row.undone_by].name if row.undone_by else None,
            undone_at=row.undone_at,
        )
        for row in rows
    ]


def _name_of(person: PairPerson | None) -> str:
    """The name of somebody who may be in a family of their own again, which one may not open."""
    return person.name if person else "Somebody whose record you cannot open"


def _people(session: Session, ids: Collection[int]) -> dict[int, PairPerson]:
    places = open_places(session, ids)
    lines = families_by_id(session, {id_ for found in places.values() for id_ in found})
    return {
        row.id: PairPerson(
            id=row.id,
            name=full_name(row.given_name, row.family_name, row.known_as),
            facts={column: getattr(row, column) for column in COLUMNS},
            version=row.version,
            families=[lines[id_] for id_ in places.get(row.id, [])],
        )
        for row in session.scalars(select(Person).where(Person.id.in_(ids)))
    }


@dataclass(frozen=True)
class MergeEffect:
    """What putting two persons together does, as far as the viewer may know."""

    stays: list[tuple[str, str]]
    """The facts about which there is nothing to choose, in words."""

    names: list[str]
    """All names either has, besides that of both."""

    families: list[tuple[str, str]]
    """The families they are in, each with what happens there."""

    relationships: int
    """How many go along to the one record."""


def merge_effect(session: Session, pair: PairView) -> MergeEffect:
    """What putting these two together would do."""
    sides = pair.first.facts, pair.second.facts
    asked = {fact.key for fact in pair.differences}
    settled_facts = [
        (fact.label, fact.words(next(filter(fact.known, sides))))
        for fact in MERGED_FACTS
        if fact.key not in asked and any(map(fact.known, sides))
    ]
    ids = [pair.first.id, pair.second.id]
    others = session.execute(
        select(PersonName.given_name, PersonName.family_name)
        .where(PersonName.person_id.in_(ids))
        .order_by(PersonName.id)
    )
    names = [pair.first.name, pair.second.name, *(f"{row[0]} {row[1]}" for row in others)]
    theirs = or_(Relationship.person_id == ids[1], Relationship.other_id == ids[1])
    going = select(func.count()).select_from(Relationship)
    return MergeEffect(
        stays=settled_facts,
        names=list(dict.fromkeys(names)),
        families=_places_after(session, pair),
        relationships=session.scalar(going.where(theirs, Relationship.removed_on.is_(None))) or 0,
    )


def _places_after(session: Session, pair: PairView) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Member.family_id, Member.person_id).where(
            Member.person_id.in_([pair.first.id, pair.second.id]), Member.ended_on.is_(None)
        )
    ).all()
    current = {(row.family_id, row.person_id) for row in rows}
    said: dict[str, str] = {}
    for side in (pair.first, pair.second):
        for line in side.families:
            both = {(line.id, pair.first.id), (line.id, pair.second.id)} <= current
            said[line.reference] = (
                "In it twice: one of the two places ends" if both else "Stays in it"
            )
    return list(said.items())
