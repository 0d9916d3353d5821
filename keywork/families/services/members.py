"""Coming into a family, leaving it, coming back, and becoming something else in it."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import Member, MemberPastRole, Person
from keywork.families.policy import MEMBER_ROLES, NewPerson, full_name, long_day
from keywork.families.services.person import (
    changed_person,
    check_dates,
    keep_name,
    person_to_change,
)
from keywork.kernel import clock
from keywork.kernel.errors import Refusal, explain_constraint

explain_constraint("member_current_key", "Someone has just added this person. Try again")
explain_constraint(
    "member_unborn_is_expected", "An unborn child is one until the birth is recorded", "role"
)


def new_person(session: Session, new: NewPerson) -> Person:
    """Record somebody whom nobody knew. An unborn child has no numbers, whatever was typed."""
    unborn = new.role == "unborn"
    person = Person(
        given_name=new.given_name,
        family_name=new.family_name,
        known_as=new.known_as,
        date_of_birth=new.date_of_birth,
        birth="expected" if unborn else new.birth,
        sex=new.sex,
        nhs_number=None if unborn else new.nhs_number,
        upn=None if unborn else new.upn,
        name_key=new.name_key,
    )
    check_dates(person)
    session.add(person)
    session.flush()
    return person


def learn(session: Session, actor: Actor, person: Person, new: NewPerson) -> None:
    """Add what was typed to what is known of a person: nothing that is known is changed."""
    if person.birth == "expected" or new.role == "unborn":
        return
    person.nhs_number = person.nhs_number or new.nhs_number
    person.upn = person.upn or new.upn
    if person.date_of_birth is None:
        person.date_of_birth, person.birth = new.date_of_birth, new.birth
    if person.sex == "not_known":
        person.sex = new.sex
    keep_name(session, actor, person, (new.given_name, new.family_name))


def role_of(person: Person, role: str) -> str:
    """The role that a person can have: only whoever is expected is unborn."""
    if person.birth == "expected":
        return "unborn"
    return "child" if role == "unborn" else role


def add_person(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    new: NewPerson,
    same_as: int | None = None,
) -> UUID:
    """Put somebody into the family; returns the uid of their place in it.

    `same_as` is the id of the person they are, of those the actor may know; else they are new.
    """
    if same_as is None:
        person = new_person(session, new)
    elif any(member.person_id == same_as for member in family.members):
        raise Refusal("They are in this family already", "same")
    elif queries.may_know(session, same_as):
        person = session.scalars(select(Person).where(Person.id == same_as).with_for_update()).one()
        learn(session, actor, person, new)
    else:
        raise Refusal("Choose one of the people shown", "same")
    return _join(session, family, person, role_of(person, new.role), on=clock.today(), how="Added")


def end_member(
    session: Session,
    family: queries.FamilyView,
    member_uid: UUID,
    *,
    on: date,
    reason: str,
    version: int,
) -> None:
    """Somebody is no longer in the family from a day on."""
    person, view = person_to_change(session, family, member_uid, version)
    if len(family.members) == 1:
        raise Refusal("A family needs at least one person in it")
    _check_day(session, view, on)
    member = session.get_one(Member, view.id)
    member.ended_on, member.end_reason = on, reason
    words = f"{view.name} left the family on {long_day(on)}: {reason}"
    changed_person(session, family, person, member.id, kind="member", words=words)


def bring_back(
    session: Session,
    family: queries.FamilyView,
    member_uid: UUID,
    *,
    role: str,
    on: date,
    version: int,
) -> UUID:
    """Somebody who left the family is in it again; returns the uid of their new place."""
    person, view = person_to_change(session, family, member_uid, version, current=False)
    assert view.until is not None
    if not view.until <= on <= clock.today():
        words = f"The date must be from {long_day(view.until)}, when they left, to today"
        raise Refusal(words, "on")
    return _join(session, family, person, role_of(person, role), on=on, how="Back in the family")


def change_role(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    member_uid: UUID,
    *,
    role: str,
    on: date,
    version: int,
) -> None:
    """Somebody is something else in the family from a day on; what they were is kept.

    From the day they came, it is the old role that was never true.
    """
    person, view = person_to_change(session, family, member_uid, version)
    if role == view.role:
        raise Refusal(f"They are recorded as {MEMBER_ROLES[role].lower()} already", "role")
    _check_day(session, view, on)
    member = session.get_one(Member, view.id)
    if on > member.started_on:
        session.add(
            MemberPastRole(
                member_id=member.id, role=member.role, ended_on=on, recorded_by=actor.staff_id
            )
        )
    member.role = role
    words = f"{view.name} is {MEMBER_ROLES[role].lower()} from {long_day(on)}."
    changed_person(session, family, person, member.id, kind="member", words=words)


def _join(
    session: Session,
    family: queries.FamilyView,
    person: Person,
    role: str,
    *,
    on: date,
    how: str,
) -> UUID:
    member = Member(family_id=family.id, person_id=person.id, role=role, started_on=on)
    session.add(member)
    session.flush()
    name = full_name(person.given_name, person.family_name, person.known_as)
    words = f"{how}: {name}, {MEMBER_ROLES[role].lower()}."
    changed_person(session, family, person, member.id, kind="member", words=words)
    return member.uid


def _check_day(session: Session, view: queries.MemberView, on: date) -> None:
    """A change comes after the one before it, and not in the future."""
    latest = session.scalar(
        select(func.max(MemberPastRole.ended_on)).where(MemberPastRole.member_id == view.id)
    )
    earliest = max(view.since, latest or view.since)
    if on > clock.today():
        raise Refusal("The date must be today or in the past", "on")
    if on < earliest or on == latest:
        raise Refusal(f"The date must be after the last change, on {long_day(earliest)}", "on")
