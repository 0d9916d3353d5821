"""Where the members of a family live, how they are reached, where they belong."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.policy import ContactRule
from keywork.families.services import Address, Readers
from keywork.kernel import clock
from tests.factories.families import Case

ELM_ROAD = Address("home", "3 Elm Road\nNorbridge", "NB1 2AB")
HIGH_STREET = Address("home", "12 High Street", "NB1 3XY")
REFUGE = Address("refuge", "Rowan House, 1 Hidden Lane", "NB9 9ZZ")
TEXT_ONLY = ContactRule(
    "mobile", may_text=True, at_times="weekdays before 3pm", seen_by="Her partner"
)


def named(*actors: Actor) -> Readers:
    """Protected, for these."""
    return Readers(True, frozenset(actor.staff_id for actor in actors))


def member(case: Case, given_name: str) -> queries.MemberView:
    """One of the family: Leah and Tom are the parents, Ava and Noah the children."""
    return next(member for member in case.members if member.given_name == given_name)


def lives_at(
    session: Session,
    case: Case,
    address: Address,
    *given_names: str,
    by: Actor | None = None,
    since: date | None = None,
    leaves: bool = False,
    readers: Readers | None = None,
) -> None:
    """Some of the members live at an address: since 30 days, unless it is said since when."""
    family = queries.family(session, case.reference)
    services.add_residence(
        session,
        by or case.key_worker,
        family,
        [member(case, name).id for name in given_names],
        address,
        since=since or days_ago(30),
        leaves=leaves,
        readers=readers or Readers(),
    )


def reached_on(
    session: Session, case: Case, value: str = "07700 900982", readers: Readers | None = None
) -> None:
    """The mother's mobile."""
    services.add_contact(
        session,
        case.key_worker,
        queries.family(session, case.reference),
        member(case, "Leah"),
        value=value,
        rule=TEXT_ONLY,
        readers=readers or Readers(),
    )


def goes_to(
    session: Session, case: Case, name: str = "Elm School", readers: Readers | None = None
) -> None:
    """The older child's school."""
    services.add_affiliation(
        session,
        case.key_worker,
        queries.family(session, case.reference),
        member(case, "Ava"),
        kind="school",
        name=name,
        since=days_ago(30),
        readers=readers or Readers(),
    )


def is_known(
    session: Session, actor: Actor, family: queries.FamilyView, person: queries.MemberView, at: str
) -> None:
    """An address of this name, a number and a school of somebody's."""
    services.add_residence(
        session, actor, family, [person.id], Address("home", at, ""), since=days_ago(1)
    )
    rule = ContactRule("mobile", may_call=True)
    services.add_contact(session, actor, family, person, value="07700 900981", rule=rule)
    services.add_affiliation(
        session, actor, family, person, kind="school", name=at, since=days_ago(1)
    )


def days_ago(days: int) -> date:
    """A day in the past."""
    return clock.today() - timedelta(days=days)
