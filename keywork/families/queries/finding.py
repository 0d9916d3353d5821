"""Finding persons by what was typed, among those whose family the viewer may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from keywork.families.policy import MEMBER_ROLES, age_in_words, full_name
from keywork.families.policy.finding import SAME_BIRTH, SAME_KEY, Search, distance
from keywork.families.queries.conflicts import is_barred_person
from keywork.families.queries.records import FamilyLine, families_by_id
from keywork.kernel import clock

SHOWN = 20
"""How many persons a search brings at most."""

ENOUGH = 200
"""How many are compared with what was typed, letter by letter."""

_KEYS = ("nhs_number", "upn", "postcode", "reference")

FEW = 150
"""With so many families, it costs less to look through their members than through all names."""

# Who is found is worked out past the row policies, among those whom the viewer may know.
_FOUND = text("""
  SELECT p.id, p.given_name, p.family_name, p.known_as, p.date_of_birth, p.birth, p.died_on,
    m.uid, m.role, m.ended_on, m.family_id, hit.by_key,
    ARRAY(SELECT ARRAY[n.given_name, n.family_name] FROM person_name n WHERE n.person_id = p.id)
      AS other_names
  FROM find_members(CAST(:words AS text[]), CAST(:born AS date), :nhs_number, :upn, :postcode,
    :reference, :few, :enough) hit
  JOIN member m ON m.id = hit.member_id JOIN person p ON p.id = m.person_id""")
_HELD_ELSEWHERE = text(
    "SELECT is_held_elsewhere(:nhs_number, CAST(:name_keys AS text[]), CAST(:born AS date))"
)


@dataclass(frozen=True)
class Found:
    """Somebody who may be the one that is looked for, in one of their families."""

    member: UUID
    name: str
    other_name: str
    """Another name of theirs that fits better than the present one, or nothing."""

    role_name: str
    left_on: date | None
    """When they left this family."""

    age: str
    family: FamilyLine


def find(session: Session, search: Search) -> list[Found]:
    """The persons in families the viewer may open who fit best, the best first."""
    rows = ranked(search, matches(session, search))
    lines = families_by_id(session, {row.family_id for row in rows})
    best: dict[tuple[int, str], Row[Any]] = {}
    for row in rows:  # once in each family, even where two records of it are read as one
        best.setdefault((row.id, lines[row.family_id].reference), row)
    return [_found(search, row, lines[row.family_id]) for row in list(best.values())[:SHOWN]]


def is_held_elsewhere(session: Session, search: Search) -> bool:
    """Whether exactly this person is on record, but in no family that the viewer may open.

    Exactly means by NHS number, or by full name and date of birth. Of somebody in a family that a
    conflict of interest keeps the viewer from it says nothing: that we know them is itself what a
    relative must not learn here. A second record is found by night and put with the first.
    """
    if not search.nhs_number and not (search.born and search.name_keys):
        return False
    known = {
        "nhs_number": search.nhs_number,
        "born": search.born,
        "name_keys": search.name_keys,
    }
    if not session.scalar(_HELD_ELSEWHERE, known):
        return False
    return not is_barred_person(session, search.nhs_number, search.born, search.name_keys)


def matches(session: Session, search: Search) -> Sequence[Row[Any]]:
    """The members who may be meant, each with their names, in one statement."""
    asked = {name: getattr(search, name) or None for name in _KEYS}
    limits = {"words": list(search.words), "born": search.born, "few": FEW, "enough": ENOUGH}
    return session.execute(_FOUND, asked | limits).all()


def ranked(search: Search, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The members in order of how well they fit."""
    return sorted(rows, key=lambda row: _place(search, row))


def _names(row: Row[Any]) -> list[tuple[str, str]]:
    """All names somebody is known by, the present one first."""
    given = [row.given_name, row.known_as] if row.known_as else [row.given_name]
    return [*((name, row.family_name) for name in given), *map(tuple, row.other_names)]


def _place(search: Search, row: Row[Any]) -> tuple[float, bool, str]:
    """Where somebody stands among those found: the least first."""
    far = min(distance(search, *name) for name in _names(row))
    same_birth = search.born is not None and search.born == row.date_of_birth
    nearer = SAME_BIRTH * same_birth + SAME_KEY * row.by_key
    return far - nearer, row.ended_on is not None, f"{row.family_name} {row.given_name}"


def _found(search: Search, row: Row[Any], family: FamilyLine) -> Found:
    present = (row.given_name, row.family_name)
    nearest = min(_names(row), key=lambda name: distance(search, *name))
    other = tuple(nearest) in map(tuple, row.other_names) and search.words
    return Found(
        member=row.uid,
        name=full_name(*present, row.known_as),
        other_name=_difference(nearest, present) if other else "",
        role_name=MEMBER_ROLES[row.role],
        left_on=row.ended_on,
        age=age_in_words(row.date_of_birth, row.birth, clock.today(), row.died_on),
        family=family,
    )


def _difference(other: tuple[str, str], present: tuple[str, str]) -> str:
    """What to say of another name: the family name when nothing else is other."""
    return other[1] if other[0] == present[0] else " ".join(other)
