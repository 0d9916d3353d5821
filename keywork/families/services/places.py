"""Where members live and belong, and how each is reached. Each change is an entry, too."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import Affiliation, ContactPoint, Family, Residence
from keywork.families.policy import (
    AFFILIATION_KINDS,
    CONTACT_KINDS,
    RESIDENCE_KINDS,
    ContactRule,
    long_day,
    place,
)
from keywork.families.queries import FamilyView, MemberView, ResidenceView
from keywork.families.services.dated import (
    TEAM,
    Readers,
    Saying,
    end_all,
    end_row,
    readers_of,
    refuse_future,
    row_of,
    who_ended,
)
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal, Stale, explain_constraint

explain_constraint(
    "residence_refuge_protected",
    "A refuge is always protected: choose the people who may read this",
    "readers",
)


@dataclass(frozen=True)
class Address:
    """An address as it was given."""

    kind: str
    """One of RESIDENCE_KINDS."""

    lines: str
    postcode: str
    uprn: str = ""

    @property
    def words(self) -> str:
        """On one line."""
        return ", ".join(filter(None, [*self.lines.split("\n"), self.postcode]))


def add_residence(
    session: Session,
    actor: Actor,
    family: FamilyView,
    member_ids: Collection[int],
    address: Address,
    *,
    since: date,
    leaves: bool = False,
    readers: Readers = TEAM,
) -> None:
    """Record that members live at an address since a day, or since birth if that was later.

    With `leaves` their other residences end that day. A refuge is protected whatever is said. The
    refusals say nothing of what the actor may not read.
    """
    readers = readers.with_author(actor, protected=address.kind == "refuge")
    refuse_future(since, "since")
    where = place(address.lines, address.postcode, address.uprn)
    if not where:
        raise Refusal("Enter the address, or at least the postcode", "address")
    people = _members(family, member_ids)
    _lock(session, family)
    homes = _present_homes(session, family, people)
    for home in homes:
        if home.place == where:
            raise Refusal(f"{home.member_name} is recorded at this address already", "who")
    saying = Saying(Residence)
    names = ", ".join(person.name for person in people)
    kind = RESIDENCE_KINDS[address.kind].lower()
    words = f"{names}: {address.words} ({kind}), since {long_day(since)}."
    saying.say(family.id, readers, words, [person.id for person in people])
    if leaves:
        end_all(session, actor, saying, homes, on=since, field_name="since")
    entry_id = saying.record(session)[family.id, readers]
    session.add_all(
        Residence(
            **row_of(actor, family, person, entry_id, readers),
            started_on=_from_birth(person, since),
            kind=address.kind,
            address=address.lines,
            postcode=address.postcode,
            uprn=address.uprn,
            place=where,
        )
        for person in people
    )
    session.flush()
    audit.record(session, "residence.add", family.reference)


def add_contact(
    session: Session,
    actor: Actor,
    family: FamilyView,
    member: MemberView,
    *,
    value: str,
    rule: ContactRule,
    readers: Readers = TEAM,
    instead_of: UUID | None = None,
) -> None:
    """Record a telephone number or e-mail address, and what is safe to do with it.

    `instead_of` is the one that this replaces. The entry does not repeat the number: there it would
    stand with this rule after the rule has changed.
    """
    readers = readers.with_author(actor)
    today, done = clock.today(), "recorded"
    saying = Saying(ContactPoint)
    if instead_of is not None:
        old = queries.place(session, family, ContactPoint, instead_of)
        if old.until is not None:
            raise Stale(who_ended(session, old))
        end_row(session, actor, old, today)
        done = "changed"
        if readers_of(old, actor) != readers:
            words = f"{member.name}: {old.label}, until {long_day(today)}."
            saying.say(old.family_id, readers_of(old, actor), words, [old.member_id])
    words = f"{CONTACT_KINDS[rule.kind]} of {member.name} {done}. {rule.sentence}"
    saying.say(family.id, readers, words, [member.id])
    entry_id = saying.record(session)[family.id, readers]
    session.add(
        ContactPoint(
            **row_of(actor, family, member, entry_id, readers),
            started_on=today,
            kind=rule.kind,
            value=value,
            may_call=rule.may_call,
            may_text=rule.may_text,
            may_leave_message=rule.may_leave_message,
            may_write=rule.may_write,
            at_times=rule.at_times,
            seen_by=rule.seen_by,
        )
    )
    session.flush()
    audit.record(session, "contact_point.add", family.reference)


def add_affiliation(
    session: Session,
    actor: Actor,
    family: FamilyView,
    member: MemberView,
    *,
    kind: str,
    name: str,
    since: date,
    leaves: bool = False,
    readers: Readers = TEAM,
) -> None:
    """Record a member's school, GP practice or the like since a day.

    With `leaves` others of the same kind end that day.
    """
    readers = readers.with_author(actor)
    refuse_future(since, "since")
    saying = Saying(Affiliation)
    words = f"{member.name}: {name} ({AFFILIATION_KINDS[kind]}), since {long_day(since)}."
    saying.say(family.id, readers, words, [member.id])
    if leaves:
        _lock(session, family)
        known = queries.places(session, family, member, clock.today()).affiliations
        same = [view for view in known if view.kind == kind]
        end_all(session, actor, saying, same, on=since, field_name="since")
    entry_id = saying.record(session)[family.id, readers]
    session.add(
        Affiliation(
            **row_of(actor, family, member, entry_id, readers),
            started_on=since,
            kind=kind,
            name=name,
        )
    )
    session.flush()
    audit.record(session, "affiliation.add", family.reference)


def _members(family: FamilyView, member_ids: Collection[int]) -> list[MemberView]:
    people = [member for member in family.members if member.id in member_ids]
    if not people or len(people) != len(set(member_ids)):
        raise Refusal("Choose people who are in this family", "who")
    return people


def _lock(session: Session, family: FamilyView) -> None:
    """Let one worker at a time say where this family lives."""
    session.execute(select(Family.id).where(Family.id == family.id).with_for_update())


def _present_homes(
    session: Session, family: FamilyView, people: Iterable[MemberView]
) -> list[ResidenceView]:
    persons = {person.person_id for person in people}
    homes = queries.residences(session, family.ids)
    return [home for home in homes if home.until is None and home.person_id in persons]


def _from_birth(person: MemberView, since: date) -> date:
    born = person.date_of_birth if person.birth != "expected" else None
    return max(since, born or since)
