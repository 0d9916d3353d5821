"""Finding whom we know already when somebody is put into a family."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, or_, select, text, tuple_
from sqlalchemy.orm import Session, aliased

from keywork.families.models import Family, Member, Person
from keywork.families.policy import NewPerson
from keywork.families.queries.records import families_by_id

_HELD: Final = text("""
  SELECT is_held(nhs, ARRAY[name], born), is_held_elsewhere(nhs, ARRAY[name], born)
  FROM unnest(CAST(:numbers AS text[]), CAST(:names AS text[]), CAST(:born AS date[]))
    WITH ORDINALITY asked (nhs, name, born, place) ORDER BY place""")


@dataclass(frozen=True)
class Match:
    """A family that somebody is a member of already."""

    family_id: int
    family_reference: str
    surnames: list[str]
    key_worker_id: int | None
    key_worker_name: str | None
    hub_id: int
    reason: str


def find_existing(
    session: Session, hub_ids: Collection[int] | None, persons: Sequence[NewPerson]
) -> list[Match]:
    """The families, at these hubs or any, that one of the persons is a member of already.

    Only those that the viewer may open; of others there is `are_held_elsewhere`.
    """
    known = known_persons(session, persons)
    reasons = {row.id: _reason(new, row) for new, row in zip(persons, known, strict=True) if row}
    record = aliased(Family)
    statement = (
        select(Family.id.label("family_id"), Member.person_id, Family.hub_id)
        .select_from(Member)
        .join(record, record.id == Member.family_id)
        .join(Family, Family.id == func.coalesce(record.joined_into_id, record.id))
        .where(Member.person_id.in_(reasons), Member.ended_on.is_(None))
        .order_by(Family.closed_on.is_(None).desc(), Family.id, Member.id)
    )
    if hub_ids is not None:
        statement = statement.where(Family.hub_id.in_(hub_ids))
    rows = list(dict.fromkeys(session.execute(statement)))
    lines = families_by_id(session, {row.family_id for row in rows})
    found: dict[int, Match] = {}
    for row in rows:
        line = lines[row.family_id]
        reason = reasons[row.person_id]
        if line.id in found:
            reason = f"{found[line.id].reason}; {reason}"
        found[line.id] = Match(
            family_id=line.id,
            family_reference=line.reference,
            surnames=line.surnames,
            key_worker_id=line.key_worker_id,
            key_worker_name=line.key_worker_name,
            hub_id=row.hub_id,
            reason=reason,
        )
    return list(found.values())


def known_persons(session: Session, persons: Sequence[NewPerson]) -> list[Person | None]:
    """For each, the person whom the viewer may know: by NHS number, or by name and date of birth.

    A name and date of birth do not make one person of two with different NHS numbers.
    """
    numbers = {p.nhs_number for p in persons if p.nhs_number}
    names = [(p.date_of_birth, p.name_key) for p in persons if p.date_of_birth]
    rows = session.scalars(
        select(Person)
        .where(
            or_(
                Person.nhs_number.in_(numbers),
                tuple_(Person.date_of_birth, Person.name_key).in_(names),
            )
        )
        .order_by(Person.id)
    ).all()
    return [_who_stays(session, _same(person, rows)) for person in persons]


def are_held(session: Session, persons: Sequence[NewPerson]) -> list[bool]:
    """For each, whether we hold exactly this person, in whatever family."""
    return [held for held, _ in _held(session, persons)]


def are_held_elsewhere(session: Session, persons: Sequence[NewPerson]) -> list[bool]:
    """For each, whether exactly this person is in no family that the viewer may open.

    Then there is nothing to say but HELD_ELSEWHERE.
    """
    return [elsewhere for _, elsewhere in _held(session, persons)]


def _held(session: Session, persons: Sequence[NewPerson]) -> Sequence[Any]:
    asked = {
        "numbers": [person.nhs_number for person in persons],
        "names": [person.name_key for person in persons],
        "born": [person.date_of_birth for person in persons],
    }
    return session.execute(_HELD, asked).all()


def _who_stays(session: Session, found: Person | None) -> Person | None:
    """The one whom somebody who was merged turned out to be."""
    while found and found.merged_into_id:
        found = session.get_one(Person, found.merged_into_id)
    return found


def _same(new: NewPerson, rows: Sequence[Person]) -> Person | None:
    by_number = (r for r in rows if new.nhs_number and r.nhs_number == new.nhs_number)
    by_name = (
        r
        for r in rows
        if new.date_of_birth
        and (r.date_of_birth, r.name_key) == (new.date_of_birth, new.name_key)
        and not (new.nhs_number and r.nhs_number)
    )
    return next(by_number, None) or next(by_name, None)


def _reason(new: NewPerson, row: Person) -> str:
    name = f"{new.given_name} {new.family_name}"
    same_number = new.nhs_number and new.nhs_number == row.nhs_number
    return f"{name}: same {'NHS number' if same_number else 'name and date of birth'}"
