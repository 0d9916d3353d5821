"""Whom we may hold already when somebody is typed in, the likeliest first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from keywork.families.models import Family, Member
from keywork.families.policy import (
    Matching,
    NewPerson,
    full_name,
    matching,
    mistaken_dates,
    name_key,
    turned,
)
from keywork.families.queries.likeness import AS_FACTS, FACTS, compared
from keywork.families.queries.lookup import Match
from keywork.families.queries.records import FamilyLine, families_by_id

HELD_ELSEWHERE: Final = (
    "keywork holds a record of this person that you cannot open."
    " Ask your hub manager before you open another."
)


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

_PAIRS: Final = f"""FROM ({AS_FACTS}) a CROSS JOIN ({FACTS}
  WHERE p.id IN (SELECT known_persons_like(CAST(:given AS text),
    CAST(:family AS text), CAST(:known_as AS text), CAST(:born AS date), CAST(:turned AS date),
    CAST(:mistaken AS date[]), CAST(:nhs AS text), CAST(:upn AS text)))) b"""
_FOUND: Final = text(f"""
  SELECT held.elsewhere, found.* FROM (SELECT is_held_elsewhere(CAST(:nhs AS text),
    ARRAY[CAST(:name_key AS text)], CAST(:exactly_born AS date)) AS elsewhere) held
  LEFT JOIN (
    SELECT s.reasons, p.id, p.given_name, p.family_name, p.known_as, p.date_of_birth, p.birth,
      ARRAY(SELECT DISTINCT m.family_id FROM member m WHERE m.person_id = p.id ORDER BY 1)
        AS families
    FROM ({compared(_PAIRS)}) s JOIN person p ON p.id = s.b_id) found ON true""")  # noqa: S608 - SQL of ours


def candidates(session: Session, new: NewPerson, limit: int = 5) -> list[Candidate]:
    """Whom we hold that may be this person, at most `limit`, the likeliest first.

    A record that the viewer may not open is one only when the NHS number, or the full name and
    the date of birth, are exactly the same.
    """
    weights = matching()
    least = min(weights.possible, _at_most(new))
    rows = session.execute(_FOUND, _parameters(new)).all()
    scores = {row.id: weights.score(row.reasons) for row in rows if row.id}
    alike = [row for row in rows if row.id and scores[row.id] >= least]
    shown = sorted(alike, key=lambda row: (-scores[row.id], row.id))[:limit]
    lines = families_by_id(session, {id_ for row in shown for id_ in row.families}) if shown else {}
    return [_candidate(row, weights, lines) for row in shown] + [_HIDDEN] * rows[0].elsewhere


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
        "name_key": new.name_key,
        "born": born,
        "exactly_born": born if new.birth == "exact" and new.role != "unborn" else None,
        "rough": new.birth != "exact" or new.role == "unborn",
        "nhs": new.nhs_number,
        "upn": new.upn,
        "sex": new.sex,
        "turned": turned(born) if born else None,
        "mistaken": sorted(mistaken_dates(born)) if born else [],
    }


def _candidate(row: Row[Any], weights: Matching, lines: Mapping[int, FamilyLine]) -> Candidate:
    score = weights.score(row.reasons)
    return Candidate(
        person_id=row.id,
        name=full_name(row.given_name, row.family_name, row.known_as),
        date_of_birth=row.date_of_birth,
        birth=row.birth,
        score=score,
        how_likely=weights.how_likely(score),
        reasons=weights.explain(row.reasons),
        against=weights.explain(row.reasons, against=True),
        families=[lines[id_] for id_ in row.families],
    )


def open_places(session: Session, person_ids: Collection[int]) -> dict[int, list[int]]:
    """For each that the viewer may know, the ids of the families they may open."""
    rows = session.execute(
        select(Member.person_id, Member.family_id)
        .where(
            Member.person_id.in_(person_ids),
        )
        .distinct()
        .order_by(Member.person_id, Member.family_id)
    )
    found: dict[int, list[int]] = {}
    for person_id, family_id in rows:
        found.setdefault(person_id, []).append(family_id)
    return found
