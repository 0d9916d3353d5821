"""Where members live, how they are reached and where they belong, in pages and record."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.models import Residence
from keywork.families.services.dated import end_row
from keywork.kernel import clock
from keywork.kernel.errors import Refusal, Stale
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.families import Case, a_case
from tests.factories.places import (
    ELM_ROAD,
    HIGH_STREET,
    REFUGE,
    days_ago,
    goes_to,
    lives_at,
    member,
    named,
    reached_on,
)


def homes(session: Session, case: Case, at: date | None = None) -> dict[str, list[str]]:
    """Who lives where on a day, by given name."""
    family = queries.family(session, case.reference)
    found = queries.households(session, family, at or clock.today())
    return {h.label: [person.given_name for person in h.members] for h in found}


def entries(session: Session, case: Case) -> list[queries.EntryView]:
    """What the chronology says, the latest first, but for how the case was made."""
    page = queries.chronology(session, [case.id])
    return [entry for entry in page.entries if entry.kind in ("address", "contact", "affiliation")]


def test_a_family_that_splits_is_two_households_and_one_before(
    session: Session, case: Case
) -> None:
    lives_at(session, case, ELM_ROAD, "Leah", "Tom", "Ava", "Noah")
    lives_at(session, case, HIGH_STREET, "Leah", "Ava", "Noah", since=days_ago(5), leaves=True)
    elm, high = "3 Elm Road, NB1 2AB", "12 High Street, NB1 3XY"
    assert homes(session, case) == {high: ["Leah", "Ava", "Noah"], elm: ["Tom"]}
    assert homes(session, case, days_ago(6)) == {elm: ["Tom", "Leah", "Ava", "Noah"]}
    [move, first] = queries.household_changes(session, queries.family(session, case.reference))
    assert (move.on, first.on) == (days_ago(5), days_ago(30))
    assert move.words == [f"Leah Marsh, Ava Marsh and Noah Marsh moved to {high}"]
    [entry, _] = entries(session, case)
    assert "12 High Street, NB1 3XY (home)" in entry.text
    assert f"{elm}, until" in entry.text


def test_a_child_of_parents_apart_lives_in_two_households(session: Session, case: Case) -> None:
    lives_at(session, case, ELM_ROAD, "Leah", "Ava")
    lives_at(session, case, HIGH_STREET, "Tom", "Ava")
    assert homes(session, case) == {
        "3 Elm Road, NB1 2AB": ["Leah", "Ava"],
        "12 High Street, NB1 3XY": ["Tom", "Ava"],
        "Address not recorded": ["Noah"],
    }


def test_a_child_lives_nowhere_before_birth(session: Session, case: Case) -> None:
    lives_at(session, case, ELM_ROAD, "Leah", "Noah", since=date(2015, 5, 1))
    found = queries.residences(session, [case.id])
    assert [home.since for home in found] == [date(2015, 5, 1), member(case, "Noah").date_of_birth]


def test_what_was_wrong_never_was_and_the_chronology_says_so(session: Session, case: Case) -> None:
    lives_at(session, case, ELM_ROAD, "Leah", "Tom")
    family = queries.family(session, case.reference)
    [leah] = [h for h in queries.residences(session, family.ids) if h.member_name == "Leah Marsh"]
    services.end_places(session, case.key_worker, family, Residence, [leah.uid], on=None)
    assert "Leah" not in homes(session, case, days_ago(10))["3 Elm Road, NB1 2AB"]
    assert entries(session, case)[0].text.endswith("was recorded by mistake.")
    moves = queries.household_changes(session, family)
    assert [move.words for move in moves] == [["Tom Marsh moved to 3 Elm Road, NB1 2AB"]]


def test_the_second_to_end_a_residence_is_told_who_was_first(session: Session, case: Case) -> None:
    lives_at(session, case, ELM_ROAD, "Leah")
    family = queries.family(session, case.reference)
    [home] = queries.residences(session, family.ids)
    set_viewer(session, case.specialist.viewer)
    services.end_places(session, case.specialist, family, Residence, [home.uid], on=clock.today())
    set_viewer(session, case.key_worker.viewer)
    with pytest.raises(Stale) as caught:
        services.end_places(
            session, case.key_worker, family, Residence, [home.uid], on=clock.today()
        )
    assert case.specialist.name in caught.value.sentence
    with pytest.raises(Stale, match=case.specialist.name):
        end_row(session, case.key_worker, home, clock.today())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"since": clock.today() + timedelta(days=1)}, "since"),
        ({"members": ("Leah",), "address": ELM_ROAD}, "who"),
        ({"since": days_ago(31), "leaves": True}, "since"),
    ],
    ids=["in the future", "there already", "leaves before coming"],
)
def test_what_cannot_be_is_refused_beside_its_field(
    session: Session, case: Case, change: dict[str, Any], field: str
) -> None:
    lives_at(session, case, ELM_ROAD, "Leah")
    given = {"address": HIGH_STREET, "members": ("Leah",)} | change
    with pytest.raises(Refusal) as caught:
        lives_at(session, case, given.pop("address"), *given.pop("members"), **given)
    assert caught.value.field == field


def test_members_of_another_family_are_not_moved(session: Session, case: Case) -> None:
    stranger = a_case(session)
    set_viewer(session, case.key_worker.viewer)
    family = queries.family(session, case.reference)
    with pytest.raises(Refusal, match="people who are in this family"):
        services.add_residence(
            session,
            case.key_worker,
            family,
            [stranger.members[0].id],
            ELM_ROAD,
            since=clock.today(),
        )


def test_a_changed_number_ends_the_old_one_and_no_entry_repeats_it(
    session: Session, client: PageClient, case: Case
) -> None:
    reached_on(session, case)
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    page = f"/families/{case.reference}/people/{member(case, 'Leah').uid}"
    shown = client.get(page).text
    rule = (
        "Text only. Do not leave messages. Weekdays before 3pm. Her partner also sees this phone."
    )
    assert (rule in shown, "tel:" in shown) == (True, False)
    [old] = queries.places(
        session, queries.family(session, case.reference), member(case, "Leah"), clock.today()
    ).contacts
    answers = {
        "kind": "mobile",
        "value": "07700 900983",
        "ways": ["may_call"],
        "readers": "team",
    }
    change = f"/families/{case.reference}/contacts/{old.uid}"
    assert client.post(change, data=answers).status_code == 303
    shown = client.get(page).text
    assert 'href="tel:07700900983"' in shown
    assert "900982" not in shown.split("Earlier addresses")[0]
    assert "has changed this since" in client.post(change, data=answers).text
    assert not [entry for entry in entries(session, case) if "9009" in entry.text]


def test_the_people_page_looks_back(session: Session, client: PageClient, case: Case) -> None:
    lives_at(session, case, ELM_ROAD, "Leah", "Tom", "Ava", "Noah")
    set_viewer(session, case.key_worker.viewer)
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    page = f"/families/{case.reference}/people"
    today = client.get(f"{page}?at={clock.today().isoformat()}").text
    assert ("As it was on" in today, "3 Elm Road" in today) == (False, True)
    before = client.get(f"{page}?at=2020-05-01").text
    assert "As it was on 1 May 2020" in before
    assert "Nobody was in this family then" in before
    boxes = client.get(page, query_string={"at-day": "1", "at-month": "may", "at-year": "2020"})
    assert "As it was on 1 May 2020" in boxes.text
    for wrong in ("nonsense", "2020-02-30", "9999-01-01", "", "\x00", "2099-01-01"):
        assert "There is a problem" in client.get(page, query_string={"at": wrong}).text


ADDRESS = {"kind": "home", "readers": "team", "address": "3 Elm Road", "postcode": "NB1 2AB"}
NUMBER = {"kind": "mobile", "readers": "team", "value": "07700 900982"}


@pytest.mark.parametrize(
    ("page", "answers", "sentence"),
    [
        ("addresses/new", ADDRESS | {"postcode": "nonsense"}, "Enter a full UK postcode"),
        ("addresses/new", ADDRESS | {"uprn": "12a"}, "must be up to 12 digits"),
        ("addresses/new", ADDRESS | {"kind": "refuge"}, "A refuge is always protected"),
        ("addresses/new", ADDRESS | {"address": "", "postcode": ""}, "Enter the address, or"),
        ("addresses/new", ADDRESS | {"address": "?!", "postcode": ""}, "Enter the address, or"),
        ("addresses/new", ADDRESS | {"since-year": "2099"}, "must be today or earlier"),
        ("addresses/new", ADDRESS | {"named_staff": "999999"}, "Choose from the options"),
        ("contacts/new", NUMBER | {"value": "ask Tom"}, "Enter a telephone number like"),
        ("contacts/new", NUMBER | {"kind": "email"}, "Enter an email address like"),
        ("contacts/new", NUMBER | {"kind": "landline", "ways": "may_text"}, "A landline is only"),
        ("contacts/new", NUMBER | {"ways": "may_leave_message"}, "Choose Call too"),
    ],
)
def test_a_wrong_answer_gets_a_sentence_beside_it_and_stays_typed(
    session: Session,
    client: PageClient,
    case: Case,
    page: str,
    answers: dict[str, str],
    sentence: str,
) -> None:
    leah = member(case, "Leah")
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    folder = "" if page.startswith("addresses") else f"people/{leah.uid}/"
    since = {"since-day": "1", "since-month": "5", "since-year": "2026"}
    sent = since | {"who": str(leah.id)} | answers
    shown = client.post(f"/families/{case.reference}/{folder}{page}", data=sent).text
    assert sentence in shown
    assert answers.get("value") or answers["address"] in shown


@pytest.fixture
def insert(session: Session, case: Case) -> Callable[[str, dict[str, Any]], None]:
    """Tries a row in plain SQL, as the application role."""
    entry = services.record_entry(session, family_id=case.id, kind="address", text="x")
    common = {
        "family_id": case.id,
        "member_id": member(case, "Leah").id,
        "entry_id": entry,
        "author": case.key_worker.viewer,
        "readers": [case.key_worker.viewer],
        "started_on": clock.today(),
    }

    def put(table: str, row: dict[str, Any]) -> None:
        values = common | row
        columns, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        with session.begin_nested():
            session.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), values)

    return put


HOME = {"kind": "home", "address": "x", "postcode": "NB1 2AB", "place": "x"}
PHONE = {
    "kind": "mobile",
    "value": "07700 900982",
    "may_call": False,
    "may_text": True,
    "may_leave_message": False,
    "may_write": False,
}
SCHOOL = {"kind": "school", "name": "Elm"}


@pytest.mark.parametrize(
    ("table", "row", "wrong"),
    [
        ("residence", HOME, {"kind": "refuge"}),
        ("residence", HOME, {"postcode": "nonsense"}),
        ("residence", HOME, {"address": "", "postcode": ""}),
        ("residence", HOME, {"uprn": "12a"}),
        ("residence", HOME, {"started_on": clock.today() + timedelta(days=2)}),
        ("residence", HOME, {"author": "staff:1"}),
        ("contact_point", PHONE, {"value": "ask her mother"}),
        ("contact_point", PHONE, {"kind": "email"}),
        ("contact_point", PHONE, {"kind": "landline"}),
        ("contact_point", PHONE, {"may_leave_message": True}),
        ("contact_point", PHONE, {"may_write": True}),
        ("affiliation", SCHOOL, {"name": ""}),
        ("affiliation", SCHOOL, {"kind": "club"}),
    ],
)
def test_the_database_holds_what_can_be(
    insert: Any, table: str, row: dict[str, Any], wrong: dict[str, Any]
) -> None:
    insert(table, row)
    with pytest.raises(DBAPIError):
        insert(table, row | wrong)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE residence SET address = 'x'",
        "UPDATE residence SET visibility = 'team'",
        "UPDATE residence SET ended_on = current_date, ended_by = NULL",
        "UPDATE residence SET ended_on = started_on - 1, ended_by = :me",
        "UPDATE residence SET ended_on = current_date + 2, ended_by = :me",
        "UPDATE residence SET ended_on = current_date, ended_by = :other",
        "DELETE FROM residence",
    ],
)
def test_a_residence_is_only_ever_ended_and_in_ones_own_name(
    session: Session, case: Case, change: str
) -> None:
    lives_at(session, case, REFUGE, "Leah", readers=named())
    who = {"me": case.key_worker.staff_id, "other": case.manager.staff_id}
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(change), {k: v for k, v in who.items() if f":{k}" in change})


def test_a_new_school_takes_the_place_of_the_old(session: Session, case: Case) -> None:
    goes_to(session, case)
    family = queries.family(session, case.reference)
    services.add_affiliation(
        session,
        case.key_worker,
        family,
        member(case, "Ava"),
        kind="school",
        name="Oak School",
        since=clock.today(),
        leaves=True,
    )
    found = queries.places(session, family, member(case, "Ava"), clock.today())
    assert [view.label for view in found.affiliations] == ["Oak School"]
    assert [view.label for view in found.before] == ["Elm School"]
