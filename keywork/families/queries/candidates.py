"""Whom we may hold already when somebody is typed in, the likeliest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import BigInteger, any_, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from keywork.families.models import Family, Member, Person
from keywork.families.policy import NewPerson, full_name, matching, mistaken_dates, name_key, turned
from keywork.families.queries.likeness import AS_FACTS, FACTS, scored
from keywork.families.queries.lookup import Match
from keywork.families.queries.records import FamilyLine, families_by_id

HELD_ELSEWHERE: Final = (
    "keywork holds a record of this person that you cannot open."
    " Ask your hub manager before you open another."
)
_MOST_NAMESAKES: Final = 50


@dataclass(frozen=True)
class Candidate:
    """Somebody we hold who may be the one typed in.

    Of one in no family that the viewer may open there is nothing but that they are held:
    say HELD_ELSEWHERE, and nothing else.
    """

    person_id: int | None
    name: str
    date_of_birth: date | None
    birth: str
    score: float
    how_likely: str
    reasons: list[str]
    against: list[str]
    families: list[FamilyLine]
    """Those that the viewer may open."""

    @property
    def held_elsewhere(self) -> bool:
        """Whether the viewer may know only that there is a record."""
        return self.person_id is None


_HIDDEN: Final = Candidate(None, "", None, "", 0, "", [], [], [])

# The persons a slip of the hand may have kept apart: by number, by date of birth, by name with a
# date that one slip makes of this one, by former name, by name alone, by a name one slip away.
_BLOCK: Final = f"""
  SELECT id FROM person WHERE nhs_number = :nhs
  UNION SELECT id FROM person WHERE upn = :upn
  UNION SELECT id FROM person WHERE date_of_birth = ANY (:births)
  UNION SELECT id FROM person WHERE date_of_birth = ANY (:mistaken) AND name_key = ANY (:keys)
  UNION SELECT person_id FROM person_name WHERE name_key = ANY (:keys)
  UNION (SELECT id FROM person WHERE name_key = ANY (:keys)
    ORDER BY abs(date_of_birth - CAST(:born AS date)) LIMIT {_MOST_NAMESAKES})
  UNION (SELECT id FROM person
    WHERE name_variants && (SELECT name_variants(ARRAY[:given]))
      AND name_variants && (SELECT name_variants(ARRAY[:family]))
      AND (CAST(:born AS date) IS NULL OR date_of_birth IS NULL
        OR date_part('year', date_of_birth) = date_part('year', CAST(:born AS date)))
    LIMIT {_MOST_NAMESAKES})
"""  # noqa: S608 - a number of ours


def candidates(session: Session, new: NewPerson, limit: int = 5) -> list[Candidate]:
    """Whom we hold that may be this person, at most `limit`, the likeliest first.

    A record that the viewer may not open is one only when the NHS number, or the full name and
    the date of birth, are exactly the same.
    """
    weights = matching()
    least = min(weights.possible, _at_most(new))
    pairs = f"""FROM ({AS_FACTS}) a CROSS JOIN ({FACTS}
      WHERE p.merged_into_id IS NULL AND p.id IN ({_BLOCK})) b"""
    found = session.execute(
        text(f"{scored(pairs, weights, least)} ORDER BY score DESC, b_id LIMIT {limit * 4}"),
        _parameters(new),
    ).all()
    places = open_places(session, [row.b_id for row in found])
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(places)))}
    lines = families_by_id(session, {id_ for ids in places.values() for id_ in ids})
    shown = [
        Candidate(
            person_id=row.b_id,
            name=full_name(
                people[row.b_id].given_name,
                people[row.b_id].family_name,
                people[row.b_id].known_as,
            ),
            date_of_birth=people[row.b_id].date_of_birth,
            birth=people[row.b_id].birth,
            score=float(row.score),
            how_likely=weights.how_likely(float(row.score)),
            reasons=weights.explain(row.reasons),
            against=weights.explain(row.reasons, against=True),
            families=[lines[id_] for id_ in places[row.b_id]],
        )
        for row in found
        if row.b_id in places
    ][:limit]
    unseen = any(row.b_id not in places and _exactly(row.reasons) for row in found)
    return [*shown, _HIDDEN] if unseen else shown


def likely_existing(session: Session, hub_id: int, persons: Sequence[NewPerson]) -> list[Match]:
    """The families at a hub, of those the viewer may open, that one of the persons is likely in.

    Likely is not certain: whoever is put into such a family is put there as written.
    """
    weights = matching()
    reasons: dict[int, list[str]] = {}
    for new in persons:
        for known in candidates(session, new):
            if known.score >= weights.likely:
                said = (
                    f"{new.given_name} {new.family_name} may be {known.name}:"
                    f" {known.how_likely.lower()} (score {known.score}). {'. '.join(known.reasons)}"
                )
                for line in known.families:
                    reasons.setdefault(line.id, []).append(said)
    hubs = select(Family.id).where(Family.id.in_(reasons), Family.hub_id == hub_id)
    lines = families_by_id(session, session.scalars(hubs).all())
    return [
        Match(
            family_id=line.id,
            family_reference=line.reference,
            surnames=line.surnames,
            key_worker_id=line.key_worker_id,
            key_worker_name=line.key_worker_name,
            hub_id=hub_id,
            reason="; ".join(reasons[line.id]),
        )
        for line in lines.values()
    ]


def _at_most(new: NewPerson) -> float:
    """A little less than the same name alone is worth, for one of whom no more is known."""
    weights = matching().weights
    known = new.date_of_birth or new.nhs_number or new.upn
    return matching().possible if known else weights["given.same"] + weights["family.slip"]


def _parameters(new: NewPerson) -> dict[str, object]:
    given, _, family = new.name_key.partition(" ")
    born = new.date_of_birth
    return {
        "given": given,
        "family": family,
        "known_as": name_key(new.known_as, "").strip(),
        "born": born,
        "rough": new.birth != "exact" or new.role == "unborn",
        "nhs": new.nhs_number,
        "upn": new.upn,
        "sex": new.sex,
        "births": sorted({born, turned(born)}) if born else [],
        "mistaken": sorted(mistaken_dates(born)) if born else [],
        "keys": [new.name_key, f"{family} {given}"],
    }


def _exactly(reasons: Collection[str]) -> bool:
    """Whether so much is the same that its being held may be said."""
    return "nhs.same" in reasons or {"given.same", "family.same", "born.same"} <= set(reasons)


def open_places(session: Session, person_ids: Collection[int]) -> dict[int, list[int]]:
    """For each that the viewer may know, the ids of the families they may open."""
    rows = session.execute(
        select(Member.person_id, Member.family_id)
        .where(
            Member.person_id.in_(person_ids),
            Member.family_id == any_(func.open_families(type_=ARRAY(BigInteger))),
        )
        .distinct()
        .order_by(Member.person_id, Member.family_id)
    )
    found: dict[int, list[int]] = {}
    for person_id, family_id in rows:
        found.setdefault(person_id, []).append(family_id)
    return found
