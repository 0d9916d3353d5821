"""How the people of a family are related: what is recorded, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.families.models import Member, Relationship
from keywork.families.policy import Kind, Kinship, follows, kinds
from keywork.families.queries.members import MEMBER_ORDER, MemberView, member_rows, member_views
from keywork.families.queries.records import FamilyView, in_record
from keywork.kernel.ages import months_between
from keywork.kernel.errors import NotVisible

ADULT = 18 * 12
"""From how many months nobody has parental responsibility for somebody."""


@dataclass(frozen=True)
class RelationshipView:
    """What one member is to another, as recorded."""

    uid: UUID
    first: MemberView
    """The older of the two where the kind has a direction."""

    second: MemberView
    kind: Kind
    parental_responsibility: str
    words: str
    started_on: date | None
    separated_on: date | None
    ended_on: date | None
    version: int
    recorded_by: int | None
    removed_by: int | None = None
    """Who said that it never was true."""

    @property
    def sentence(self) -> str:
        """It in words, with nothing of when."""
        what = self.words or self.kind.word(self.first.sex)
        return f"{self.first.name} is {self.second.name}'s {what}"

    def state(self, on: date) -> str:
        """How it stood on a day: `together`, `separated` or `ended`."""
        if self.ended_on and self.ended_on <= on:
            return "ended"
        return "separated" if self.separated_on and self.separated_on <= on else "together"


@dataclass(frozen=True)
class Relation:
    """What somebody is to the person whose page it is on."""

    member: MemberView
    what: str
    """In words, such as `mother`, with how it stands today if not well: `wife, separated`."""

    parental_responsibility: str
    """Who has it for whom, in words; empty where there is none to speak of."""

    recorded: RelationshipView | None
    """None for what follows from other relationships."""


def everyone(session: Session, family: FamilyView) -> list[MemberView]:
    """Whoever is or was in the family, each once: those who are first."""
    rows = session.execute(
        member_rows()
        .where(in_record(Member.family_id, family.ids))
        .order_by(
            Member.ended_on.is_not(None),
            (Member.family_id == family.id).desc(),
            *MEMBER_ORDER,
        )
    ).all()
    views: dict[int, MemberView] = {}
    for view in member_views(rows):
        views.setdefault(view.person_id, view)
    return list(views.values())


def relationships(session: Session, people: Sequence[MemberView]) -> list[RelationshipView]:
    """What is recorded among these people, in one statement."""
    known = {member.person_id: member for member in people}
    rows = session.scalars(
        select(Relationship)
        .where(
            Relationship.person_id.in_(known),
            Relationship.other_id.in_(known),
            Relationship.removed_on.is_(None),
        )
        .order_by(Relationship.started_on.asc().nulls_first(), Relationship.id)
    )
    return [relationship_view(row, known) for row in rows]


def relationship(session: Session, family: FamilyView, uid: UUID) -> RelationshipView:
    """One relationship between people of the family, also one that was removed since.

    Raises NotVisible when there is none.
    """
    known = {member.person_id: member for member in everyone(session, family)}
    row = session.scalar(select(Relationship).where(Relationship.uid == uid))
    if row is None or not {row.person_id, row.other_id} <= known.keys():
        raise NotVisible
    return relationship_view(row, known)


def relations(session: Session, family: FamilyView, person_id: int, today: date) -> list[Relation]:
    """What the others in the family are to one person, in two statements."""
    people = everyone(session, family)
    return relations_of(person_id, people, relationships(session, people), today)


def relations_of(
    person_id: int,
    people: Sequence[MemberView],
    recorded: Sequence[RelationshipView],
    today: date,
) -> list[Relation]:
    """What the others are to one person: as recorded first, then what follows from it."""
    known = {member.person_id: member for member in people}
    found = [
        _relation(person_id, view, today)
        for view in recorded
        if person_id in (view.first.person_id, view.second.person_id)
    ]
    rows = [Kinship(v.first.person_id, v.second.person_id, v.kind.key) for v in recorded]
    for row in follows(rows):
        if person_id in (row.first, row.second):
            other = known[row.second if row.first == person_id else row.first]
            word = kinds()[row.kind].word(other.sex, second=row.first == person_id)
            found.append(Relation(other, word, "", None))
    return found


def relationship_view(row: Relationship, known: dict[int, MemberView]) -> RelationshipView:
    """A row for people to read."""
    return RelationshipView(
        uid=row.uid,
        first=known[row.person_id],
        second=known[row.other_id],
        kind=kinds()[row.kind],
        parental_responsibility=row.parental_responsibility,
        words=row.words,
        started_on=row.started_on,
        separated_on=row.separated_on,
        ended_on=row.ended_on,
        version=row.version,
        recorded_by=row.recorded_by,
        removed_by=row.removed_by,
    )


def _relation(person_id: int, view: RelationshipView, today: date) -> Relation:
    second = view.first.person_id == person_id
    other = view.second if second else view.first
    word = view.kind.word(other.sex, second=second)
    if view.words:
        word = f"{word} ({view.first.given_name} is their {view.words})" if second else view.words
    state = view.state(today)
    if state == "ended":
        word = f"former {word}"
    elif state == "separated":
        word = f"{word}, separated"
    return Relation(other, word, _responsibility(view, today), view)


def _responsibility(view: RelationshipView, today: date) -> str:
    """Who has it, in words; nobody has it for an adult."""
    born = view.second.date_of_birth
    adult = born is not None and months_between(born, today) >= ADULT
    if view.kind.group != "parent" or (adult and view.parental_responsibility == "not_known"):
        return ""
    words = {"yes": f"{view.first.given_name} has it", "no": f"{view.first.given_name} has not"}
    return words.get(view.parental_responsibility, "Not known")
