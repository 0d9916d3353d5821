"""An NHS number alone does not carry a name from one family to another."""

from datetime import date

from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.services import NewPerson
from keywork.kernel.viewer import set_viewer
from tests.factories.families import a_case, an_nhs_number

NUMBER = an_nhs_number()
KNOWN = NewPerson("Newname", "Hidingplace", date(2020, 1, 2), NUMBER, "child")


def names_after(
    session: Session, typed: NewPerson, *, hidden: bool = False
) -> list[tuple[str, str | None]]:
    """Who is in a new family for which `typed` was typed, when KNOWN is in another."""
    here = a_case(session)
    before = a_case(session) if hidden else here
    set_viewer(session, before.manager.viewer)
    services.open_family(session, before.manager, before.hub_id, [KNOWN])
    set_viewer(session, here.manager.viewer)
    opened = services.open_family(session, here.manager, here.hub_id, [typed])
    members = queries.family(session, opened.reference).members
    return [(member.name, member.nhs_number) for member in members]


def test_another_name_and_birth_date_is_another_person(session: Session) -> None:
    typed = NewPerson("Typed", "Differently", date(2019, 5, 5), NUMBER, "child")
    assert names_after(session, typed) == [("Typed Differently", None)]


def test_the_same_birth_date_or_name_is_the_same_person(session: Session) -> None:
    typed = NewPerson("Newname", "Hidingplace", None, NUMBER, "child")
    assert names_after(session, typed) == [("Newname Hidingplace", NUMBER)]


def test_somebody_whose_record_one_may_not_open_is_another_person(session: Session) -> None:
    assert names_after(session, KNOWN, hidden=True) == [("Newname Hidingplace", None)]
