"""Saying how two people of a family are related, and mending what was said."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import Member, Relationship
from keywork.families.policy import PARENTAL_RESPONSIBILITY, kinds, long_day
from keywork.families.services.chronology import record_entry
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal, Stale, explain_constraint

explain_constraint("relationship_with_another", "Choose somebody else", "who")
explain_constraint(
    "relationship_current_key", "This relationship is recorded already. Change it instead", "what"
)
explain_constraint(
    "relationship_own_ancestor",
    "Somebody would be their own parent or grandparent, or the partner of their own child or "
    "parent. Check who is whose parent",
    "what",
)
explain_constraint(
    "relationship_parent_older",
    "A parent must be older than their child. Check the dates of birth",
    "what",
)
explain_constraint(
    "relationship_two_birth_parents",
    "Two parents by birth are recorded for this child already, here or in another family. Remove "
    "the one that is wrong, or ask your hub manager",
    "what",
)
explain_constraint(
    "relationship_does_not_fit",
    "This does not fit with what is recorded. Check it, or ask your hub manager",
    "what",
)
explain_constraint(
    "relationship_words_of_relatives",
    "Say this only of people who are related in another way",
    "words",
)
explain_constraint("relationship_past", "A date cannot be in the future")
explain_constraint(
    "relationship_separated_later", "They cannot separate before they got together", "separated_on"
)
explain_constraint("relationship_ended_later", "It cannot end before it began", "ended_on")
explain_constraint("relationship_couple_separates", "Only a couple can separate", "separated_on")
explain_constraint(
    "relationship_parental_responsibility",
    "Only a parent, guardian, carer or grandparent can have parental responsibility for somebody",
    "parental_responsibility",
)


@dataclass(frozen=True)
class RelationshipFacts:
    """What can be said of a relationship besides who and what."""

    parental_responsibility: str = "not_known"
    words: str = ""
    """What the first is to the second in their own words, where `relative` says too little."""

    started_on: date | None = None
    separated_on: date | None = None
    ended_on: date | None = None


def add_relationship(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    *,
    first: int,
    second: int,
    kind: str,
    facts: RelationshipFacts,
) -> UUID:
    """Say what the `first` person is to the `second`; both are or were in the family.

    The other way round follows. Returns its uid.
    """
    people = {member.person_id: member for member in queries.everyone(session, family)}
    if not {first, second} <= people.keys():
        raise Refusal("Choose people who are in this family", "who")
    _possible(kind, facts)
    if kinds()[kind].both_ways and _exists(session, second, first, kind):
        raise Refusal("This relationship is recorded already. Change it instead", "what")
    row = Relationship(
        person_id=first, other_id=second, kind=kind, recorded_by=actor.staff_id, **vars(facts)
    )
    session.add(row)
    session.flush()
    view = queries.relationship_view(row, people)
    _note(session, family, view, f"{view.sentence}{_since(view)}")
    return row.uid


def change_relationship(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    uid: UUID,
    facts: RelationshipFacts,
    *,
    version: int,
) -> None:
    """Change what is said of a relationship: that it ended, say.

    `version` is that of what the actor saw; if somebody has changed it since, they are told.
    """
    row, view = _locked(session, family, uid, version)
    _possible(row.kind, facts)
    if all(getattr(row, name) == value for name, value in vars(facts).items()):
        raise Refusal("Change something, or go back")
    for name, value in vars(facts).items():
        setattr(row, name, value)
    row.version += 1
    row.recorded_by = actor.staff_id
    session.flush()
    people = {member.person_id: member for member in (view.first, view.second)}
    after = queries.relationship_view(row, people)
    _note(session, family, after, f"{after.sentence}: {'; '.join(_changes(view, after))}")


def remove_relationship(
    session: Session, actor: Actor, family: queries.FamilyView, uid: UUID, *, version: int
) -> None:
    """Say that it never was true. It stays in the record, where nobody is shown it again."""
    row, view = _locked(session, family, uid, version)
    row.removed_on = clock.today()
    row.removed_by = actor.staff_id
    row.version += 1
    session.flush()
    _note(session, family, view, f"Recorded by mistake: {view.sentence}")


def _possible(kind: str, facts: RelationshipFacts) -> None:
    if kind == "relative" and not facts.words:
        raise Refusal("Say how they are related, such as aunt", "words")
    for name in ("started_on", "separated_on", "ended_on"):
        day = getattr(facts, name)
        if day and day > clock.today():
            raise Refusal("The date cannot be in the future", name)


def _exists(session: Session, first: int, second: int, kind: str) -> bool:
    found = select(Relationship.id).where(
        Relationship.person_id == first,
        Relationship.other_id == second,
        Relationship.kind == kind,
        Relationship.ended_on.is_(None),
        Relationship.removed_on.is_(None),
    )
    return session.scalar(found) is not None


def _locked(
    session: Session, family: queries.FamilyView, uid: UUID, version: int
) -> tuple[Relationship, queries.RelationshipView]:
    row = session.scalar(
        select(Relationship)
        .where(Relationship.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    view = queries.relationship(session, family, uid)
    if row is None or view.removed_by:
        raise Stale(f"{_who(session, view.removed_by)} has removed this relationship since")
    if row.version != version:
        raise Stale(
            f"{_who(session, row.recorded_by)} has changed this relationship since you opened "
            "this page. Check what it says now and send your answers again"
        )
    return row, view


def _who(session: Session, staff_id: int | None) -> str:
    return accounts.staff_name(session, staff_id) if staff_id else "Somebody"


def _since(view: queries.RelationshipView) -> str:
    return f", since {long_day(view.started_on)}" if view.started_on else ""


def _changes(before: queries.RelationshipView, after: queries.RelationshipView) -> list[str]:
    """What is different, in a few words each."""
    said = []
    if before.words != after.words:
        said.append(f"was {before.words or before.kind.word(before.first.sex)}")
    if before.parental_responsibility != after.parental_responsibility:
        known = PARENTAL_RESPONSIBILITY[after.parental_responsibility].lower()
        said.append(f"parental responsibility {known}")
    for name, words in _DATES.items():
        day = getattr(after, name)
        if day != getattr(before, name):
            said.append(f"{words} {long_day(day)}" if day else f"not {words}")
    return said


_DATES = {"started_on": "since", "separated_on": "separated", "ended_on": "ended"}


def _note(
    session: Session, family: queries.FamilyView, view: queries.RelationshipView, text: str
) -> None:
    places = session.execute(
        select(Member.person_id, Member.id)
        .where(Member.family_id == family.id)
        .where(Member.person_id.in_([view.first.person_id, view.second.person_id]))
        .order_by(Member.id)
    ).all()
    about = {row.person_id: row.id for row in places}
    record_entry(
        session,
        family_id=family.id,
        kind="relationship",
        text=text,
        member_ids=about.values(),
    )
    audit.record(session, "relationship.record", str(view.uid), family_id=family.id)
