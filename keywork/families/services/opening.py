"""Opening a record, and putting persons into it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import Family, Member, OpenPeriod, Person
from keywork.families.policy import NewPerson, may_open_family
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal, explain_constraint

explain_constraint(
    "person_nhs_number_key", "Someone has just recorded a person with this NHS number. Try again"
)
explain_constraint("member_current_key", "Someone has just added this person. Try again")


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
    session.add(OpenPeriod(family_id=family.id, start_reason="new", started_by=actor.viewer))
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
        birth="expected" if new.role == "unborn" else "exact",
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
