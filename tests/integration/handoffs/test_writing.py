"""Handing off a family, page by page, as a health visitor does it."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.handoffs import queries, services
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.families import a_case, an_nhs_number
from tests.factories.handoffs import WHY, Place, a_place, contact, two_people

Browse = Callable[[Actor], PageClient]

CHILD = {
    "role": "child",
    "given_name": "Rosa",
    "family_name": "Kettlewell",
    "date_of_birth-day": "11",
    "date_of_birth-month": "2",
    "date_of_birth-year": "2026",
}


def posted(values: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The values as a page sends them, once."""
    return {"submission": str(uuid4()), **values, **changed}


def begun(page: PageClient, then: str = "add", **changed: Any) -> str:
    """Fill in the first person; where that leads."""
    answer = page.post("/handoffs/new", data=posted(CHILD, then=then, **changed))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def a_draft(session: Session, place: Place) -> str:
    """The address of a draft with everything filled in."""
    author = place.health_visitor
    set_viewer(session, author.viewer)
    baby, mother = two_people()
    uid = services.start(session, author, baby)
    services.add_person(session, uid, mother)
    services.save_section(session, uid, "why", WHY)
    services.save_section(session, uid, "contact", contact(place))
    return f"/handoffs/drafts/{uid}"


def version_of(html: str) -> str:
    """The version that a page carries along."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', html)
    assert found
    return found[1]


def count(session: Session, author: Actor, table: str = "handoff") -> int:
    """How many of them the author has."""
    session.expire_all()
    set_viewer(session, author.viewer)
    return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def test_four_pages_and_it_is_sent(session: Session, place: Place, browse: Browse) -> None:
    page = browse(place.health_visitor)
    people = begun(page)
    mother = posted({"role": "parent", "given_name": "Joy", "family_name": "Kettlewell"})
    why = page.post(people, data=mother | {"then": "continue"}).location
    assert why.endswith("/why")
    reached = page.post(why, data=posted(WHY)).location
    assert reached.endswith("/contact")
    check = page.post(reached, data=posted(contact(place, hub="", postcode="zz1 1aa"))).location
    shown = page.get(check).text
    for said in ("Rosa Kettlewell", "Joy Kettlewell", "Parental mental health", "before noon"):
        assert said in shown or said.capitalize() in shown
    sent = page.post(check, data=posted({"version": version_of(shown)}))
    tracker = page.get(sent.location)
    assert "Your handoff has been sent" in tracker.text and "Rosa Kettlewell" in tracker.text
    assert tracker.text.count("not yet") == 5
    assert count(session, place.health_visitor, "handoff_draft") == 0
    assert "Rosa Kettlewell" in page.get("/handoffs").text


def test_sent_twice_is_sent_once(session: Session, place: Place, browse: Browse) -> None:
    draft = a_draft(session, place)
    page = browse(place.health_visitor)
    version = version_of(page.get(f"{draft}/check").text)
    data = posted({"version": version})
    answers = [page.post(f"{draft}/check", data=data) for _ in range(2)]
    answers.append(page.post(f"{draft}/check", data=posted({"version": version})))
    answers.append(page.get(f"{draft}/check"))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert count(session, place.health_visitor) == 1


def test_begun_twice_is_begun_once(session: Session, place: Place, browse: Browse) -> None:
    page = browse(place.health_visitor)
    data = posted(CHILD, then="add")
    assert (
        page.post("/handoffs/new", data=data).location
        == page.post("/handoffs/new", data=data).location
    )
    assert count(session, place.health_visitor, "handoff_draft") == 1


def test_what_was_not_seen_is_not_sent(session: Session, place: Place, browse: Browse) -> None:
    draft = a_draft(session, place)
    page = browse(place.health_visitor)
    version = version_of(page.get(f"{draft}/check").text)
    page.post(f"{draft}/why", data=posted(WHY, why="Something else"))
    answer = page.post(f"{draft}/check", data=posted({"version": version}))
    assert "You changed this handoff in another window" in answer.text
    assert "Something else" in answer.text
    again = page.post(f"{draft}/check", data=posted({"version": version_of(answer.text)}))
    assert again.status_code == 303


def test_an_unfinished_draft_cannot_be_sent(place: Place, browse: Browse) -> None:
    page = browse(place.health_visitor)
    draft = begun(page, role="parent").removesuffix("/people")
    shown = page.get(f"{draft}/check").text
    assert "Add at least one child" in shown and ">Send<" not in shown.replace("\n", "")
    for version in ("1", "99", "", "-1", "x" * 50, "٣"):
        answer = page.post(f"{draft}/check", data=posted({"version": version}))
        assert answer.status_code == 200
        assert "Error" in answer.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"role": ""}, "Choose who this person is"),
        ({"role": "aunt"}, "Choose one of the options"),
        ({"given_name": ""}, "Enter the first name"),
        ({"family_name": "x" * 201}, "Last name must be 200 characters or fewer"),
        ({"family_name": "a\x00b"}, "contains a character that cannot be saved"),
        ({"date_of_birth-year": "2099"}, "The date of birth must be in the past"),
        ({"date_of_birth-year": "1900"}, "The date of birth must be after 1900"),
        ({"date_of_birth-month": "13"}, "Date of birth must be a real date"),
        ({"nhs_number": "943 476 5918"}, "Check the NHS number"),
        ({"nhs_number": "12"}, "must be 10 digits"),
        ({f"date_of_birth-{p}": "" for p in ("day", "month", "year")}, "or NHS number"),
    ],
)
def test_a_person_who_cannot_be(
    place: Place, browse: Browse, changed: dict[str, str], sentence: str
) -> None:
    answer = browse(place.health_visitor).post("/handoffs/new", data=posted(CHILD, **changed))
    assert answer.status_code == 200
    assert sentence in answer.text.replace("&#39;", "'")


def test_an_unborn_child_needs_no_first_name(place: Place, browse: Browse) -> None:
    page = browse(place.health_visitor)
    people = begun(page, role="unborn", given_name="", **{"date_of_birth-year": "2027"})
    assert "Unborn Kettlewell" in page.get(people).text


@pytest.mark.parametrize("path", ["why", "contact", "check", "people", "delete"])
def test_another_persons_draft_is_not_there(
    session: Session, place: Place, browse: Browse, path: str
) -> None:
    draft = a_draft(session, place)
    page = browse(a_place(session).health_visitor)
    for method in ("GET", "POST"):
        answer = page.open(f"{draft}/{path}", method=method, data=posted({}))
        assert answer.status_code == 404


@pytest.mark.parametrize("path", ["why", "contact", "people"])
def test_nothing_posted_is_a_page_with_errors(
    session: Session, place: Place, browse: Browse, path: str
) -> None:
    draft = a_draft(session, place)
    page = browse(place.health_visitor)
    for data in ({}, {"domains": ["nonsense"], "ways": "x", "consent": "y", "hub": "0"}):
        answer = page.post(f"{draft}/{path}", data=posted(data))
        assert answer.status_code == 200 and "There is a problem" in answer.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"postcode": "", "hub": ""}, "or choose the hub"),
        ({"postcode": "XX9 9XX", "hub": ""}, "in no hub's patch"),
        ({"hub": "99999999"}, "Choose one of the options"),
        ({"consent": "not_asked"}, "Say why nobody was asked"),
        ({"consent": ""}, "Say whether a parent agreed"),
        ({"ways": [], "advice": ""}, "Say how to make contact safely"),
        ({"advice": "x" * 241}, "must be 240 characters or fewer"),
        ({"contact_details": ""}, "Enter a phone number or address"),
    ],
)
def test_contact_that_cannot_be(
    session: Session, place: Place, browse: Browse, changed: dict[str, Any], sentence: str
) -> None:
    draft = a_draft(session, place)
    page = browse(place.health_visitor)
    answer = page.post(f"{draft}/contact", data=posted(contact(place), **changed))
    assert answer.status_code == 200
    assert sentence in answer.text.replace("&#39;", "'")


def test_another_postcode_is_another_hub(session: Session, place: Place, browse: Browse) -> None:
    draft = a_draft(session, place)
    other = a_place(session, "QQ8")
    page = browse(place.health_visitor)
    page.post(f"{draft}/contact", data=posted(contact(place, hub="", postcode="zz1 1aa")))
    assert 'value="zz1 1aa"' in page.get(f"{draft}/contact").text
    page.post(f"{draft}/contact", data=posted(contact(place, hub="", postcode="QQ8 1AA")))
    assert other.hub in page.get(f"{draft}/check").text


def test_that_somebody_is_known_is_all_that_is_said(
    session: Session, place: Place, browse: Browse
) -> None:
    case = a_case(session, "Winterbourne")
    known = next(member for member in case.members if member.nhs_number and member.is_child)
    page = browse(place.health_visitor)
    stranger = begun(page)
    assert "the record we hold" not in page.get(stranger).text
    shown = page.get(begun(page, nhs_number=known.nhs_number)).text
    assert "keywork holds a record already" in shown
    for secret in ("Winterbourne", case.reference, known.given_name, case.key_worker.name):
        assert secret not in shown


def test_people_can_be_taken_out_again(session: Session, place: Place, browse: Browse) -> None:
    draft = a_draft(session, place)
    page = browse(place.health_visitor)
    keys = re.findall(r'name="person" value="(\w+)"', page.get(f"{draft}/people").text)
    assert len(keys) == 2
    for key in (keys[1], keys[1], "nonsense", ""):
        answer = page.post(f"{draft}/people/remove", data=posted({"person": key}))
        assert answer.location == f"{draft}/people"
    shown = page.get(f"{draft}/people").text
    assert "Rosa Kettlewell" in shown and "Joy Kettlewell" not in shown


def test_one_nhs_number_is_one_person(session: Session, place: Place, browse: Browse) -> None:
    number = an_nhs_number()
    page = browse(place.health_visitor)
    people = begun(page, nhs_number=number)
    answer = page.post(people, data=posted(CHILD, nhs_number=number, given_name="Rose"))
    assert "Somebody in this handoff has that NHS number already" in answer.text


def test_a_draft_can_be_deleted(session: Session, place: Place, browse: Browse) -> None:
    draft = a_draft(session, place)
    page = browse(place.health_visitor)
    assert "Rosa Kettlewell" in page.get("/handoffs").text
    assert page.post(f"{draft}/delete", data=posted({})).location == "/handoffs"
    assert page.get(f"{draft}/people").status_code == 404


def test_two_windows_at_once_send_once(session: Session, place: Place) -> None:
    draft = a_draft(session, place)
    author = place.health_visitor
    uid = queries.drafts(session, author.staff_id)[0].uid
    assert draft.endswith(str(uid))
    version = queries.draft(session, uid).version
    first = services.send(session, author, uid, version)
    assert services.send(session, author, uid, version) == first
