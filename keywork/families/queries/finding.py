"""Finding persons by what was typed, among those whose family the viewer may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from keywork.families.policy import MEMBER_ROLES, age_in_words, full_name
from keywork.families.policy.finding import SAME_BIRTH, SAME_KEY, Search, distance
from keywork.families.queries.records import FamilyLine, families_by_id
from keywork.kernel import clock

SHOWN = 20
"""How many persons a search brings at most."""

ENOUGH = 200
"""How many are compared with what was typed, letter by letter."""

FEW = 150
"""With so many families, it costs less to look through their members than through all names."""

# `fits` is about one name; `name_variants` has its words and what they become. When the viewer's
# families are few, their members are looked through; when they are many, all who have such a name
# are found first. Only one of the two is carried out. OFFSET 0 keeps the conditions in their order.
_BY_NAME = """
  SELECT s.person_id, false AS by_key FROM reach, unnest(ids) family_id
  JOIN member m USING (family_id) JOIN searchable_name s ON s.person_id = m.person_id
  WHERE (SELECT cardinality(ids) <= :few FROM reach) AND ({fits})
  UNION ALL
  SELECT s.person_id, false FROM searchable_name s
  WHERE (SELECT cardinality(ids) > :few FROM reach) AND ({fits})"""
_BY_BIRTH = """
  SELECT s.id, false AS by_key
  FROM (SELECT id, name_variants FROM person WHERE date_of_birth = :born OFFSET 0) s
  WHERE {fits}"""
_BY_KEY = {
    "nhs_number": "SELECT id, true AS by_key FROM person WHERE nhs_number = :nhs_number",
    "upn": "SELECT id, true AS by_key FROM person WHERE upn = :upn",
    "postcode": """
  SELECT m.person_id, true AS by_key FROM residence r JOIN member m ON m.id = r.member_id
  WHERE r.postcode = :postcode""",
    "reference": """
  SELECT m.person_id, true AS by_key FROM family f JOIN member m ON m.family_id = f.id
  WHERE f.reference = :reference AND m.ended_on IS NULL
    AND f.id = ANY ((SELECT ids FROM reach)::bigint[])""",
}
_FOUND = """
WITH reach AS MATERIALIZED (SELECT open_families() AS ids),
  source (person_id, by_key) AS ({sources}),
  hit AS MATERIALIZED (SELECT person_id, bool_or(by_key) AS by_key FROM source GROUP BY 1)
SELECT p.id, p.given_name, p.family_name, p.known_as, p.date_of_birth, p.birth, p.died_on,
  m.uid, m.role, m.ended_on, m.family_id, hit.by_key,
  ARRAY(SELECT ARRAY[n.given_name, n.family_name] FROM person_name n WHERE n.person_id = p.id)
    AS other_names
FROM hit JOIN member m ON m.person_id = hit.person_id
JOIN person p ON p.id = hit.person_id
WHERE (m.family_id IN (SELECT unnest(ids) FROM reach)) IS TRUE
ORDER BY hit.by_key DESC, p.date_of_birth = :born DESC NULLS LAST,
  p.name_variants @> ARRAY(SELECT hashtext(word) FROM unnest(CAST(:words AS text[])) word) DESC,
  m.ended_on IS NULL DESC, m.id
LIMIT {enough}"""
_HELD_ELSEWHERE = text("""
  SELECT EXISTS (
    SELECT FROM person p
    WHERE p.id IN (
        SELECT id FROM person WHERE nhs_number = :nhs_number
        UNION ALL
        SELECT id FROM person WHERE date_of_birth = :born AND name_key = ANY (:name_keys))
      AND EXISTS (SELECT FROM member m WHERE m.person_id = p.id)
      AND NOT EXISTS (
        SELECT FROM member m WHERE m.person_id = p.id
          AND m.family_id = ANY ((SELECT open_families())::bigint[])))""")


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

    Exactly means by NHS number, or by full name and date of birth.
    """
    if not search.nhs_number and not (search.born and search.name_keys):
        return False
    known = {
        "nhs_number": search.nhs_number,
        "born": search.born,
        "name_keys": search.name_keys,
    }
    return bool(session.scalar(_HELD_ELSEWHERE, known))


def matches(session: Session, search: Search) -> Sequence[Row[Any]]:
    """The members who may be meant, each with their names, in one statement; in rough order."""
    statement, values = statement_of(search)
    return session.execute(text(statement), values).all()


def ranked(search: Search, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The members in order of how well they fit."""
    return sorted(rows, key=lambda row: _place(search, row))


def statement_of(search: Search) -> tuple[str, dict[str, Any]]:
    """The statement that finds them, and its values."""
    values: dict[str, Any] = {"few": FEW, "born": search.born, "words": search.words}
    values |= {f"word{place}": word for place, word in enumerate(search.words)}
    fits = [
        f"s.name_variants && (SELECT name_variants(ARRAY[:word{place}]))"
        for place in range(len(search.words))
    ]
    sources = [_BY_NAME.format(fits=_all_but_one(fits))] if fits else []
    if search.born:
        sources.append(_BY_BIRTH.format(fits=" OR ".join(fits) or "true"))
    for key, statement in _BY_KEY.items():
        if value := getattr(search, key):
            values[key] = value
            sources.append(statement)
    return _FOUND.format(sources=" UNION ALL ".join(sources), enough=ENOUGH), values


def _all_but_one(fits: Sequence[str]) -> str:
    """That one and two words are in a name, or all but one of more: few give a middle name."""
    enough = len(fits) - 1 if len(fits) > 2 else len(fits)
    return " OR ".join(" AND ".join(some) for some in combinations(fits, enough))


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
