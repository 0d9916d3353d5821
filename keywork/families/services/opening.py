"""Opening a record, and putting persons into it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import Family, Member, OpenPeriod, Person
from keywork.families.policy import NewPerson, may_open_family
from keywork.families.services.chronology import record_entry
from keywork.families.services.members import learn, new_person, role_of
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal


@dataclass(frozen=True)
class Opened:
    """A family that has just been opened."""

    id: int
    reference: str


def open_family(
    session: Session,
    actor: Actor,
    hub_id: int,
    members: Sequence[NewPerson],
    opened_on: date | None = None,
) -> Opened:
    """Open a record at a hub for these persons, those we know already among them.

    `opened_on` is a day in the past for a family that was helped before it was recorded here.
    """
    opened_on = opened_on or clock.today()
    if not may_open_family(actor, hub_id):
        raise Refusal("You can open families at your own hub only")
    if not members:
        raise Refusal("A family needs at least one person in it")
    family = Family(hub_id=hub_id, opened_on=opened_on)
    session.add(family)
    session.flush()
    session.add(
        OpenPeriod(
            family_id=family.id,
            started_on=opened_on,
            start_reason="new",
            started_by=actor.viewer,
        )
    )
    _put_in(session, actor, family.id, members, opened_on)
    audit.record(session, "family.open", family.reference)
    return Opened(family.id, family.reference)


def add_members(
    session: Session, actor: Actor, family_id: int, members: Sequence[NewPerson]
) -> None:
    """Make these persons members of the family; those who are already stay as they are."""
    family = session.get_one(Family, family_id)
    if added := _put_in(session, actor, family_id, members, clock.today()):
        named = ", ".join(f"{new.given_name} {new.family_name}" for new, _ in added)
        ids = [member.id for _, member in added]
        record_entry(
            session, family_id=family_id, kind="member", text=f"Added: {named}.", member_ids=ids
        )
    audit.record(session, "family.add_members", family.reference)


def _put_in(
    session: Session, actor: Actor, family_id: int, members: Sequence[NewPerson], since: date
) -> list[tuple[NewPerson, Member]]:
    """Make members of those who are not; returns them, each with the place they have now."""
    current = select(Member.person_id).where(
        Member.family_id == family_id, Member.ended_on.is_(None)
    )
    present = set(session.scalars(current))
    added = []
    for new in members:
        person = _person(session, actor, new, present)
        if person.id not in present:
            present.add(person.id)
            added.append((new, _member(family_id, person.id, role_of(person, new.role), since)))
    session.add_all(member for _, member in added)
    session.flush()
    return added


def _person(session: Session, actor: Actor, new: NewPerson, present: Collection[int]) -> Person:
    """The person, known already or new; `present` are those in the family so far.

    An NHS number alone does not bring somebody's name into another family: it may be mistyped, or
    the name one to hide from. Then the person is a new one, without the number; and so they are
    when their own record is one that the actor may not open.
    """
    [known] = queries.known_persons(session, [new])
    [hidden] = queries.are_held_elsewhere(session, [new]) if known is None else [False]
    number = None if hidden else new.nhs_number
    if known and known.id not in present and not _is_same_person(new, known):
        known, number = None, None
    if known is None:
        return new_person(session, replace(new, nhs_number=number))
    learn(session, actor, known, new)
    session.flush()
    return known


def _is_same_person(new: NewPerson, known: Person) -> bool:
    """Whether more than an NHS number says so: the name, or the date of birth."""
    same_day = known.date_of_birth is not None and known.date_of_birth == new.date_of_birth
    return same_day or known.name_key == new.name_key


def _member(family_id: int, person_id: int, role: str, since: date) -> Member:
    return Member(family_id=family_id, person_id=person_id, role=role, started_on=since)
