"""A family with its team, made by its hub manager."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.nhs_number import check_digit
from keywork.families.services import NewPerson, SafeContact
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.factories.accounts import a_hub, a_member_of_staff

_numbers = count(100_000_000)


@dataclass(frozen=True)
class Case:
    """A family, and those who work with it or next to it."""

    id: int
    reference: str
    hub_id: int
    manager: Actor
    key_worker: Actor
    specialist: Actor
    """In the team."""

    outsider: Actor
    """A key worker of the same hub who does not work with this family."""

    members: list[queries.MemberView]
    """Two parents, then two children, the older first."""


def an_nhs_number() -> str:
    """A valid NHS number that no other call has given."""
    return next(f"{n}{check_digit(str(n))}" for n in _numbers if check_digit(str(n)) < 10)


def some_persons(surname: str = "Marsh") -> list[NewPerson]:
    """Two parents and two children."""
    born = clock.today() - timedelta(days=500)
    return [
        NewPerson("Leah", surname, date(1994, 5, 17), an_nhs_number(), "parent"),
        NewPerson("Tom", surname, date(1992, 1, 30), None, "parent"),
        NewPerson("Ava", surname, date(2019, 8, 2), None, "child"),
        NewPerson("Noah", surname, born, an_nhs_number(), "child"),
    ]


def a_case(session: Session, surname: str = "Marsh", hub_id: int | None = None) -> Case:
    """A new family with a key worker and a specialist. The session reads for its key worker."""
    hub_id = hub_id or a_hub(session)
    manager = a_member_of_staff(session, "hub_manager", hub_id)
    key_worker = a_member_of_staff(session, "key_worker", hub_id)
    specialist = a_member_of_staff(session, "specialist", hub_id)
    set_viewer(session, manager.viewer)
    opened = services.open_family(session, manager, hub_id, some_persons(surname))
    services.join_team(session, opened.id, key_worker.staff_id, "key_worker")
    services.join_team(session, opened.id, specialist.staff_id, "specialist")
    contact = SafeContact(False, True, False, False, "before 3pm")
    services.set_safe_contact(session, manager, opened.id, contact)
    set_viewer(session, key_worker.viewer)
    members = queries.family(session, opened.reference).members
    return Case(
        id=opened.id,
        reference=opened.reference,
        hub_id=hub_id,
        manager=manager,
        key_worker=key_worker,
        specialist=specialist,
        outsider=a_member_of_staff(session, "key_worker", hub_id),
        members=members,
    )
