"""What is known of a person, and changing it."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.ethnicities import ethnicities
from keywork.families.models import Entry, EntrySubject, Member, Person, PersonName
from keywork.families.policy import LONGEST_WAIT, long_day, name_key
from keywork.families.services.chronology import record_entry
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal, Stale, explain_constraint

explain_constraint(
    "person_nhs_number_key",
    "keywork already holds a person with this NHS number. Check the number, or ask your hub"
    " manager before you add them again",
    "nhs_number",
)
explain_constraint(
    "person_upn_key",
    "keywork already holds a person with this UPN. Check it, or ask your hub manager",
    "upn",
)
explain_constraint("person_possible_dates", "A birth or a death cannot be in the future")
explain_constraint(
    "person_date_of_birth_check", "The date of birth must be after 1900", "date_of_birth"
)
explain_constraint(
    "person_unborn_has_no_numbers",
    "An unborn child has no NHS number, UPN or date of death: record the birth first",
)
explain_constraint("person_died_after_birth", "The date of death must be after the birth")
explain_constraint("person_name_once", "That name is recorded already", "given_name")

FACTS: Final = {
    "given_name": "name",
    "family_name": "name",
    "known_as": "what they are called",
    "date_of_birth": "date of birth",
    "birth": "date of birth",
    "sex": "sex",
    "gender": "gender",
    "ethnicity": "ethnic group",
    "language": "language",
    "interpreter_needed": "interpreter",
    "disability": "disability",
    "send": "special educational needs",
    "adjustments": "what helps",
    "nhs_number": "NHS number",
    "upn": "UPN",
    "died_on": "death",
}
"""What can be changed of a person, and how the chronology names it: never with its value."""

OTHER_NAMES: Final = "Changed: other names."


def change_person(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    member_uid: UUID,
    facts: Mapping[str, Any],
    *,
    version: int,
) -> None:
    """Change some of FACTS of a current member; a name that changes is kept as a former one.

    Raises Stale when somebody has changed them since `version`.
    """
    person, member = person_to_change(session, family, member_uid, version)
    changed = {key: value for key, value in facts.items() if getattr(person, key) != value}
    if not changed:
        return
    if facts.get("ethnicity") and facts["ethnicity"] not in ethnicities():
        raise Refusal("Choose one of the ethnic groups", "ethnicity")
    old_names = (person.given_name, person.family_name)
    for key, value in changed.items():
        setattr(person, key, value)
    check_dates(person)
    _rename(session, actor, person, old_names)
    named = dict.fromkeys(FACTS[key] for key in FACTS if key in changed)
    words = f"Changed: {', '.join(named)}."
    kind = "details"
    if person.died_on and "died_on" in changed:
        kind, words = "death", f"{member.name} died on {long_day(person.died_on)}."
    changed_person(session, family, person, member.id, kind=kind, words=words)


def add_other_name(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    member_uid: UUID,
    *,
    name: tuple[str, str],
    kind: str,
    version: int,
) -> None:
    """Record a given and family name that somebody had (`former`) or also uses (`alias`)."""
    person, member = person_to_change(session, family, member_uid, version)
    if name_key(*name) == person.name_key:
        raise Refusal("This is the name they are recorded under", "given_name")
    session.add(_other_name(actor, person, name, kind))
    changed_person(session, family, person, member.id, kind="details", words=OTHER_NAMES)


def remove_other_name(
    session: Session,
    family: queries.FamilyView,
    member_uid: UUID,
    name_id: int,
    *,
    version: int,
) -> None:
    """Take away another name that somebody never had."""
    person, member = person_to_change(session, family, member_uid, version)
    session.execute(
        delete(PersonName).where(PersonName.id == name_id, PersonName.person_id == person.id)
    )
    changed_person(session, family, person, member.id, kind="details", words=OTHER_NAMES)


def record_birth(
    session: Session,
    family: queries.FamilyView,
    member_uid: UUID,
    facts: Mapping[str, Any],
    *,
    version: int,
) -> None:
    """An unborn child is born: with `date_of_birth`, names, sex and perhaps an NHS number.

    The database makes them a child in every family they were expected in; those which the actor
    may open get an entry.
    """
    person, _ = person_to_change(session, family, member_uid, version)
    if person.birth != "expected":
        raise Refusal("This child's birth is recorded already")
    for key, value in facts.items():
        setattr(person, key, value)
    person.birth = "exact"
    person.name_key = name_key(person.given_name, person.family_name)
    check_dates(person)
    person.version += 1
    session.flush()
    places = session.execute(
        select(Member.id, Member.family_id).where(
            Member.person_id == person.id,
            Member.ended_on.is_(None),
            queries.may_be_opened(Member.family_id),
        )
    ).all()
    words = (
        f"{person.given_name} {person.family_name} was born on {long_day(facts['date_of_birth'])}."
    )
    for id_, family_id in places:
        record_entry(session, family_id=family_id, kind="birth", text=words, member_ids=[id_])
    session.expire_all()
    audit.record(session, "person.born", family.reference)


def person_to_change(
    session: Session,
    family: queries.FamilyView,
    member_uid: UUID,
    version: int,
    *,
    current: bool = True,
) -> tuple[Person, queries.MemberView]:
    """The person behind a place in the family, locked, as the actor saw them.

    `current` says whether they must be in the family now, or must not. Raises Stale.
    """
    asked = queries.person_id_of(session, family, member_uid)
    person = session.scalars(
        select(Person)
        .where(Person.id == asked)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    view = queries.person(session, family, member_uid)
    if person.version != version:
        raise Stale(_who_changed(session, family, person.id))
    if view.current != current:
        state = "not in this family now" if current else "in this family already"
        raise Refusal(f"{view.member.name} is {state}")
    return person, view.member


def changed_person(
    session: Session,
    family: queries.FamilyView,
    person: Person,
    member_id: int,
    *,
    kind: str,
    words: str,
) -> None:
    """Write down that something about a person has changed, so that older pages are stale."""
    person.version += 1
    session.flush()
    record_entry(session, family_id=family.id, kind=kind, text=words, member_ids=[member_id])
    audit.record(session, "person.change", family.reference)


def keep_name(session: Session, actor: Actor, person: Person, name: tuple[str, str]) -> None:
    """Remember a name that somebody was recorded under elsewhere, unless it is known of them."""
    if name_key(*name) == person.name_key:
        return
    session.execute(
        insert(PersonName)
        .values(
            person_id=person.id,
            kind="alias",
            given_name=name[0],
            family_name=name[1],
            name_key=name_key(*name),
            recorded_by=actor.staff_id,
        )
        .on_conflict_do_nothing(constraint="person_name_once")
    )


def check_dates(person: Person) -> None:
    """Refuse a birth or a death that cannot be."""
    born, died, today = person.date_of_birth, person.died_on, clock.today()
    if born and person.birth == "expected" and born > today + LONGEST_WAIT:
        raise Refusal("A birth is expected within 10 months", "date_of_birth")
    if born and born > today and person.birth != "expected":
        raise Refusal("The date of birth must be today or in the past", "date_of_birth")
    if died and died > today:
        raise Refusal("The date of death must be today or in the past", "died_on")
    if died and born and died < born:
        field = "died_on"
        raise Refusal(f"The date of death must be after the birth on {long_day(born)}", field)


def _rename(session: Session, actor: Actor, person: Person, old: tuple[str, str]) -> None:
    """Keep the old name, unless only its spelling in capitals, accents or spaces has changed."""
    person.name_key = name_key(person.given_name, person.family_name)
    if name_key(*old) == person.name_key:
        return
    session.execute(
        delete(PersonName).where(
            PersonName.person_id == person.id,
            PersonName.name_key.in_([person.name_key, name_key(*old)]),
        )
    )
    if person.birth != "expected":
        session.add(_other_name(actor, person, old, "former"))


def _other_name(actor: Actor, person: Person, name: tuple[str, str], kind: str) -> PersonName:
    return PersonName(
        person_id=person.id,
        kind=kind,
        given_name=name[0],
        family_name=name[1],
        name_key=name_key(*name),
        recorded_by=actor.staff_id,
    )


def _who_changed(session: Session, family: queries.FamilyView, person_id: int) -> str:
    """Who did, and what, as far as it happened in this family."""
    latest = session.scalar(
        select(Entry.uid)
        .join(EntrySubject, EntrySubject.entry_id == Entry.id)
        .join(Member, Member.id == EntrySubject.member_id)
        .where(Member.person_id == person_id, queries.in_record(Entry.family_id, family.ids))
        .where(Entry.kind.in_(["details", "death", "birth", "member"]))
        .order_by(Entry.id.desc())
        .limit(1)
    )
    if latest is None:
        return "This person's details have changed since you opened this page. Send it again"
    entry = queries.entry(session, family.ids, latest)
    return (
        f"{entry.author_name} has changed this person since you opened this page ({entry.text})"
        " Check your answers and send them again"
    )
