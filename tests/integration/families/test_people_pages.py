"""The pages about a person, as people use them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from keywork.families import queries, services
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.families import Case, a_case, an_nhs_number

TODAY = clock.today()
UPN = "H801200001001"


@pytest.fixture
def page(client: PageClient, session: Session, case: Case) -> PageClient:
    """A browser in which the key worker is signed in."""
    session.commit()
    return client.sign_in(case.key_worker.staff_id)


def shown(session: Session, case: Case, uid: UUID) -> queries.PersonView:
    """What is known of somebody now."""
    session.expire_all()
    return queries.person(session, queries.family(session, case.reference), uid)


def post(page: PageClient, case: Case, path: str, **typed: Any) -> TestResponse:
    """Send a form of the family's."""
    return page.post(
        f"/families/{case.reference}/people/{path}", data={"submission": str(uuid4()), **typed}
    )


def on(name: str, day: date) -> dict[str, Any]:
    """The three boxes of a date."""
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


@pytest.mark.parametrize(
    ("section", "typed", "sentence"),
    [
        ("names", {"given_name": "\u200b", "family_name": "B"}, "Enter the first name"),
        ("names", {"given_name": "x" * 201, "family_name": "B"}, "200 characters or fewer"),
        ("birth", on("date_of_birth", TODAY + timedelta(days=1)), "today or in the past"),
        ("birth", {**on("date_of_birth", TODAY), "age": "3"}, "not both"),
        ("birth", {"date_of_birth-day": "31"}, "must include a month and year"),
        ("birth", on("date_of_birth", date(1900, 1, 1)), "must be after 1900"),
        ("birth", {"age": "121"}, "must be from 0 to 120"),
        ("numbers", {"nhs_number": "9434765918"}, "a digit is wrong"),
        ("numbers", {"upn": "A801200001001"}, "a character is wrong"),
        ("death", on("died_on", date(1980, 1, 1)), "must be after the birth on"),
        ("background", {"ethnicity": "martian", "interpreter": "no"}, "Choose one of the options"),
        ("identity", {}, "Choose the sex"),
    ],
)
def test_nonsense_about_a_person_is_refused_in_a_sentence(
    page: PageClient, case: Case, section: str, typed: dict[str, Any], sentence: str
) -> None:
    path = f"{case.members[0].uid}/change/{section}"
    answer = post(page, case, path, version="1", **typed)
    assert (answer.status_code, sentence in answer.text) == (200, True), answer.text


@pytest.mark.parametrize("name", ["Ж", "李", "ابراهیم", "O\u2019Neill-Åse", "क्षत्रिय"])
def test_names_in_any_script_are_names(
    page: PageClient, session: Session, case: Case, name: str
) -> None:
    uid = case.members[0].uid
    answer = post(page, case, f"{uid}/change/names", version="1", given_name=name, family_name=name)
    assert answer.status_code == 303
    assert name in page.get(f"/families/{case.reference}/people/{uid}").text


def test_a_number_that_somebody_else_has_does_not_say_whose_it_is(
    page: PageClient, session: Session, case: Case
) -> None:
    hidden = a_case(session, "Secretname").members
    taken = next(member.nhs_number for member in hidden if member.nhs_number)
    session.execute(
        text("UPDATE person SET upn = :upn WHERE id = :id"),
        {"upn": UPN, "id": hidden[2].person_id},
    )
    session.commit()
    uid = case.members[0].uid
    for typed in ({"nhs_number": taken}, {"upn": UPN}):
        answer = post(page, case, f"{uid}/change/numbers", version="1", **typed)
        assert "keywork already holds a person with this" in answer.text
        assert "Secretname" not in answer.text


def test_an_unborn_child_has_no_death_and_no_number(
    page: PageClient, session: Session, case: Case
) -> None:
    typed = typed_person(role="unborn", given_name="", **on("date_of_birth", TODAY))
    number = post(page, case, "new", **typed, nhs_number=an_nhs_number())
    assert "An unborn child has no NHS number yet" in number.text
    place = str(post(page, case, "new", **typed).location).rpartition("/")[2]
    answer = post(page, case, f"{place}/change/death", version="2", **on("died_on", TODAY))
    assert (answer.status_code, "record the birth first" in answer.text) == (200, True)
    late = on("date_of_birth", TODAY + timedelta(days=311))
    assert "within 10 months" in post(page, case, f"{place}/change/birth", version="2", **late).text


def test_somebody_guessed_to_be_34_is_about_34(
    page: PageClient, session: Session, case: Case
) -> None:
    uid = case.members[0].uid
    assert post(page, case, f"{uid}/change/birth", version="1", age="34").status_code == 303
    set_viewer(session, case.key_worker.viewer)
    assert shown(session, case, uid).member.age == "about 34"
    assert 'value="34"' in page.get(f"/families/{case.reference}/people/{uid}/change/birth").text


def typed_person(**changed: Any) -> dict[str, Any]:
    """The form of adding somebody, filled in."""
    return {"role": "relative", "given_name": "Una", "family_name": "Marsh", **changed}


def test_adding_somebody_we_may_know_asks_first(
    page: PageClient, session: Session, case: Case
) -> None:
    other = a_case(session, "Kettle", case.hub_id)
    services.join_team(session, other.id, case.key_worker.staff_id, "other")
    session.commit()
    ava = other.members[2]
    assert ava.date_of_birth
    typed = typed_person(
        given_name="Ava", family_name="Kettle", **on("date_of_birth", ava.date_of_birth)
    )
    asked = post(page, case, "new", **typed)
    assert "Is it one of these people?" in asked.text and other.reference in asked.text
    assert post(page, case, "new", **typed, same="999999").status_code == 200
    done = post(page, case, "new", **typed, same=ava.person_id)
    assert done.status_code == 303
    set_viewer(session, case.key_worker.viewer)
    assert ava.person_id in {m.person_id for m in queries.family(session, case.reference).members}


def test_somebody_held_elsewhere_is_one_sentence_and_no_more(
    page: PageClient, session: Session, case: Case
) -> None:
    hidden = a_case(session, "Secretname")
    session.commit()
    leah = next(member for member in hidden.members if member.nhs_number)
    assert leah.date_of_birth
    typed = typed_person(
        given_name=leah.given_name,
        family_name="Secretname",
        nhs_number=leah.nhs_number,
        **on("date_of_birth", leah.date_of_birth),
    )
    asked = post(page, case, "new", **typed)
    assert "keywork holds a record of this person that you cannot open" in asked.text
    assert hidden.reference not in asked.text and hidden.key_worker.name not in asked.text
    refused = post(page, case, "new", **typed, same="new")
    assert "Check the number" in refused.text
    assert post(page, case, "new", **typed | {"nhs_number": ""}, same="new").status_code == 303
    set_viewer(session, case.key_worker.viewer)
    people = {member.person_id for member in queries.family(session, case.reference).members}
    assert len(people) == 5 and leah.person_id not in people


def test_other_names_are_added_and_removed(page: PageClient, session: Session, case: Case) -> None:
    uid = case.members[0].uid
    name = {"given_name": "Thomas", "family_name": "Reed", "kind": "former"}
    assert post(page, case, f"{uid}/names/new", version="1", **name).status_code == 303
    again = post(page, case, f"{uid}/names/new", version="2", **name)
    assert "That name is recorded already" in again.text
    own = name | {"given_name": "Tom", "family_name": "Marsh"}
    assert "recorded under" in post(page, case, f"{uid}/names/new", version="2", **own).text
    set_viewer(session, case.key_worker.viewer)
    [other] = shown(session, case, uid).names
    removed = post(page, case, f"{uid}/names/remove", version="2", name_id=other.id)
    assert removed.status_code == 303
    set_viewer(session, case.key_worker.viewer)
    assert shown(session, case, uid).names == []
