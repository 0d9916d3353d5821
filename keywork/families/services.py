"""Writes of families: opening a record, its team, safe contact, and what happened."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import (
    Entry,
    EntrySubject,
    Family,
    Member,
    Person,
    SafeContactRow,
    TeamMember,
)
from keywork.families.policy import NewPerson, SafeContact, may_correct, may_open_family
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.kernel.viewer import current_viewer, practitioner

__all__ = ["NewPerson", "SafeContact"]

explain_constraint(
    "person_nhs_number_key", "Someone has just recorded a person with this NHS number. Try again"
)
explain_constraint("member_current_key", "Someone has just added this person. Try again")
explain_constraint("team_member_one_key_worker", "This family has a key worker already")
explain_constraint("team_member_current_key", "They are in the team around this family already")
explain_constraint("entry_supersedes_id_key", "Someone has corrected this entry already")
explain_constraint("entry_subject_member_id_family_id_fkey", "Choose people who are in this family")


@dataclass(frozen=True)
class Opened:
    """A family that has just been opened."""

    id: int
    reference: str


def open_family(
    session: Session, actor: Actor, hub_id: int, members: Sequence[NewPerson]
) -> Opened:
    """Open a record at a hub for these persons, those we know already among them."""
    if not may_open_family(actor, hub_id):
        raise Refusal("You can open families at your own hub only")
    if not members:
        raise Refusal("A family needs at least one person in it")
    family = Family(hub_id=hub_id, opened_on=clock.today())
    session.add(family)
    session.flush()
    add_members(session, actor, family.id, members)
    audit.record(session, "family.open", family.reference)
    return Opened(family.id, family.reference)


def add_members(
    session: Session, actor: Actor, family_id: int, members: Sequence[NewPerson]
) -> None:
    """Make these persons members of the family; those who are already stay as they are."""
    family = session.get_one(Family, family_id)
    current = select(Member.person_id).where(
        Member.family_id == family_id, Member.ended_on.is_(None)
    )
    present = set(session.scalars(current))
    for new in members:
        person = _person(session, new, present)
        if person.id not in present:
            present.add(person.id)
            session.add(_member(family_id, person.id, new.role))
    audit.record(session, "family.add_members", family.reference)


def join_team(session: Session, family_id: int, staff_id: int, role: str) -> None:
    """Open the family to a practitioner from today; one who is in its team takes the new role."""
    current = session.scalar(_place_in_team(family_id, staff_id))
    if current and current.role == role:
        return
    if current:
        current.ended_on = clock.today()
        session.flush()
    session.add(
        TeamMember(family_id=family_id, staff_id=staff_id, role=role, started_on=clock.today())
    )
    session.flush()


def leave_team(session: Session, family_id: int, staff_id: int) -> None:
    """Close the family to a practitioner at once."""
    current = session.scalar(_place_in_team(family_id, staff_id))
    if current:
        current.ended_on = clock.today()
        session.flush()


def set_key_worker(session: Session, family_id: int, staff_id: int) -> None:
    """Make this practitioner the family's key worker; the one before leaves its team."""
    current = session.scalar(
        select(TeamMember)
        .where(
            TeamMember.family_id == family_id,
            TeamMember.role == "key_worker",
            TeamMember.ended_on.is_(None),
        )
        .with_for_update()
    )
    if current and current.staff_id != staff_id:
        leave_team(session, family_id, current.staff_id)
    join_team(session, family_id, staff_id, "key_worker")


def set_safe_contact(
    session: Session,
    actor: Actor,
    family_id: int,
    contact: SafeContact,
    *,
    version: int | None = None,
) -> None:
    """Say how the family may be reached from now on.

    `version` is that of what the actor saw; if somebody has changed it since, they are told.
    """
    family = session.scalars(select(Family).where(Family.id == family_id).with_for_update()).one()
    stored = queries.safe_contact(session, family_id)
    if version is not None and version != (stored.version if stored else 0):
        raise Stale(_who_changed(session, stored))
    session.add(
        SafeContactRow(
            family_id=family_id,
            may_call=contact.may_call,
            may_text=contact.may_text,
            may_leave_message=contact.may_leave_message,
            may_write=contact.may_write,
            advice=contact.advice,
            recorded_by=actor.staff_id,
        )
    )
    record_entry(session, family_id=family_id, kind="safe_contact", text=contact.sentence)
    audit.record(session, "family.set_safe_contact", family.reference)


def record_entry(
    session: Session,
    *,
    family_id: int,
    kind: str,
    text: str,
    happened_at: datetime | None = None,
    member_ids: Collection[int] = (),
    visibility: str = "team",
    named_staff: Collection[int] = (),
    source: str = "own_observation",
    source_name: str = "",
    minutes: int | None = None,
    seen: Collection[int] = (),
    seen_alone: Collection[int] = (),
) -> int:
    """Add to the chronology on behalf of the session's viewer; returns the entry's id.

    A `protected` entry may be read by its author, the `named_staff` and the hub manager alone.
    """
    author = current_viewer(session)
    readers = {author, *map(practitioner, named_staff)} if visibility == "protected" else {author}
    entry = Entry(
        family_id=family_id,
        kind=kind,
        text=text,
        happened_at=happened_at or clock.now(),
        author=author,
        visibility=visibility,
        readers=sorted(readers),
        source=source,
        source_name=source_name,
        minutes=minutes,
    )
    seen_ids = {*seen, *seen_alone}
    subjects = {id_: (id_ in seen_ids, id_ in seen_alone) for id_ in {*member_ids, *seen_ids}}
    return _add(session, entry, subjects)


def record_visit(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    *,
    happened_at: datetime,
    minutes: int | None,
    seen: Collection[int],
    seen_alone: Collection[int],
    about: Collection[int],
    text: str,
    protected_text: str,
    named_staff: Collection[int],
) -> None:
    """Write a visit up: as one entry for all whom it concerned, and one for what is protected.

    With nothing but protected text, that the visit took place is protected too.
    """
    if happened_at > clock.now():
        raise Refusal("The visit must be in the past", "at")
    parts = [("team", text), ("protected", protected_text)]
    for visibility, words in parts:
        if not words:
            continue
        record_entry(
            session,
            family_id=family.id,
            kind="visit",
            text=words,
            happened_at=happened_at,
            member_ids=about,
            visibility=visibility,
            named_staff=named_staff,
            minutes=minutes,
            seen=seen,
            seen_alone=seen_alone,
        )
        minutes = None  # the visit's length belongs to one of the two
    audit.record(session, "visit.record", family.reference)


def correct_entry(session: Session, actor: Actor, uid: UUID, text: str, reason: str) -> None:
    """Supersede an entry with the right words. The old ones stay, and say that they were wrong."""
    old = session.scalar(select(Entry).where(Entry.uid == uid))
    if old is None:
        raise NotVisible
    family = session.get_one(Family, old.family_id)
    if not may_correct(actor, author=old.author, kind=old.kind, hub_id=family.hub_id):
        raise Refusal("Only the author of an entry or the hub manager may correct it")
    view = queries.entry(session, old.family_id, uid)
    if view.corrected_by:
        by = queries.entry(session, old.family_id, view.corrected_by)
        raise Stale(f"{by.author_name} has corrected this entry since. Correct that one instead")
    if text == old.text:
        raise Refusal("Change what the entry says", "text")
    correction = Entry(
        family_id=old.family_id,
        kind=old.kind,
        text=text,
        happened_at=old.happened_at,
        author=actor.viewer,
        visibility=old.visibility,
        readers=sorted({*old.readers, actor.viewer}),
        source=old.source,
        source_name=old.source_name,
        minutes=old.minutes,
        supersedes_id=old.id,
        correction_reason=reason,
    )
    _add(session, correction, {s.member_id: (s.seen, s.seen_alone) for s in view.subjects})
    audit.record(session, "entry.correct", str(uid))


def _add(session: Session, entry: Entry, subjects: dict[int, tuple[bool, bool]]) -> int:
    session.add(entry)
    session.flush()
    session.add_all(
        EntrySubject(
            entry_id=entry.id, family_id=entry.family_id, member_id=id_, seen=seen, seen_alone=alone
        )
        for id_, (seen, alone) in sorted(subjects.items())
    )
    session.flush()
    return entry.id


def _person(session: Session, new: NewPerson, present: Collection[int]) -> Person:
    """The person, known already or new; `present` are those in the family so far.

    An NHS number alone does not bring somebody's name into another family: it may be mistyped, or
    the name one to hide from. Then the person is a new one, without the number.
    """
    [known] = queries.known_persons(session, [new])
    number = new.nhs_number
    if known and known.id not in present and not _is_same_person(new, known):
        known, number = None, None
    person = known or Person(
        given_name=new.given_name,
        family_name=new.family_name,
        date_of_birth=new.date_of_birth,
        name_key=new.name_key,
    )
    person.nhs_number = person.nhs_number or number
    person.date_of_birth = person.date_of_birth or new.date_of_birth
    session.add(person)
    session.flush()
    return person


def _is_same_person(new: NewPerson, known: Person) -> bool:
    """Whether more than an NHS number says so: the name, or the date of birth."""
    same_day = known.date_of_birth is not None and known.date_of_birth == new.date_of_birth
    return same_day or known.name_key == new.name_key


def _member(family_id: int, person_id: int, role: str) -> Member:
    return Member(family_id=family_id, person_id=person_id, role=role, started_on=clock.today())


def _place_in_team(family_id: int, staff_id: int) -> Select[TeamMember]:
    return (
        select(TeamMember)
        .where(
            TeamMember.family_id == family_id,
            TeamMember.staff_id == staff_id,
            TeamMember.ended_on.is_(None),
        )
        .with_for_update()
    )


def _who_changed(session: Session, stored: queries.StoredContact | None) -> str:
    if stored is None or stored.recorded_by is None:
        return "Safe contact has changed since you opened this page"
    name = accounts.staff_by_id(session, [stored.recorded_by])[stored.recorded_by].name
    return (
        f"{name} has changed safe contact since you opened this page, to: {stored.contact.sentence}"
        " Check your answers and send them again"
    )
