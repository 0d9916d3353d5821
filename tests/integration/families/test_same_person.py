"""Persons recorded twice: found by night, told apart or put together, and taken apart again."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.policy import MERGED_FACTS, NewPerson, mistaken_dates
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import acting_as, set_viewer, system_task
from tests.conftest import PageClient
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.families import Case, a_case, an_nhs_number
from tests.factories.same_person import a_pair as a_found_pair
from tests.factories.same_person import by_night, opened

NIGHT = system_task("families")
BORN = date(2021, 3, 14)
ROSA = NewPerson("Rosa", "Quillfeather", date(2021, 3, 14), None, "child")
ROZA = NewPerson("Roza", "Quillfeather", date(2021, 3, 14), None, "child")


def a_pair(session: Session, manager: Actor, *persons: NewPerson) -> queries.PairView:
    """Two records of one girl, one with a typing error, found by night."""
    for person in persons or (ROSA, ROZA):
        opened(session, manager, person)
    by_night(session)
    [pair] = queries.same_people(session)
    return pair


@pytest.fixture
def manager(session: Session) -> Actor:
    """A hub manager."""
    return a_member_of_staff(session, "hub_manager", a_hub(session))


def together(
    session: Session, manager: Actor, pair: queries.PairView, takes: str = "kept"
) -> queries.MergeView:
    """The pair put together, with these facts where they differ."""
    chosen = {fact.key: takes for fact in MERGED_FACTS}
    uid = services.merge_people(
        session, manager, pair.uid, version=pair.version, chosen=chosen, reason="Same school"
    )
    return queries.merge(session, uid)


def test_the_night_finds_one_girl_recorded_twice(session: Session, manager: Actor) -> None:
    pair = a_pair(session, manager)
    assert (pair.first.name, pair.second.name) == ("Rosa Quillfeather", "Roza Quillfeather")
    assert pair.how_likely == "Very likely"
    assert "First names differ by one letter" in pair.reasons
    assert "Same date of birth" in pair.reasons
    assert queries.same_people_count(session) == 1


def test_a_pair_that_was_kept_apart_comes_back_only_when_the_facts_change(
    session: Session, manager: Actor
) -> None:
    pair = a_pair(session, manager)
    services.keep_apart(session, manager, pair.uid, words="Cousins")
    by_night(session)
    assert queries.same_people(session) == []
    with pytest.raises(Stale, match="kept these two apart"):
        services.keep_apart(session, manager, pair.uid, words="Cousins")
    session.execute(text("UPDATE person SET sex = 'female' WHERE id = :id"), {"id": pair.second.id})
    by_night(session)
    assert [found.uid for found in queries.same_people(session)] == [pair.uid]


def test_a_pair_whose_facts_were_corrected_is_forgotten(session: Session, manager: Actor) -> None:
    pair = a_pair(session, manager)
    session.execute(
        text("UPDATE person SET date_of_birth = '2013-11-02' WHERE id = :id"),
        {"id": pair.second.id},
    )
    by_night(session)
    assert queries.same_people_count(session) == 0


def test_nobody_is_shown_a_pair_of_which_one_is_elsewhere(session: Session, manager: Actor) -> None:
    other = a_member_of_staff(session, "hub_manager", a_hub(session))
    opened(session, other, ROZA)
    opened(session, manager, ROSA)
    by_night(session)
    for viewer in (other.viewer, manager.viewer):
        set_viewer(session, viewer)
        assert queries.same_people_count(session) == 0
    with acting_as(session, NIGHT):
        [pair] = queries.same_people(session)
    with pytest.raises(NotVisible):
        services.keep_apart(session, manager, pair.uid, words="x")
    with pytest.raises(Refusal, match="Ask a hub manager who can"):
        services.merge_persons(
            session, manager, pair.first.id, pair.second.id, chosen={}, reason="x"
        )


def test_put_together_they_are_one_person_in_both_families(
    session: Session, manager: Actor
) -> None:
    number = an_nhs_number()
    pair = a_pair(session, manager, ROSA, NewPerson(**{**vars(ROZA), "nhs_number": number}))
    merge = together(session, manager, pair)
    places = queries.open_places(session, [pair.first.id, pair.second.id])
    assert set(places) == {pair.first.id}
    for line in merge.kept.families:
        [member] = queries.family(session, line.reference).members
        assert (member.name, member.nhs_number) == ("Rosa Quillfeather", number)
        page = queries.chronology(session, [line.id], None)
        assert page.entries[0].text == "Two records of Rosa Quillfeather are one from now on."
    assert [known and known.id for known in queries.known_persons(session, [ROZA])] == [
        pair.first.id
    ]
    found = queries.candidates(session, ROZA)
    assert (found[0].person_id, len(found)) == (pair.first.id, 1)
    assert "Another first name is the same" in found[0].reasons


def test_of_two_places_in_one_family_one_ends(session: Session, manager: Actor) -> None:
    family = opened(session, manager, ROSA, ROZA, NewPerson("Ida", "Oak", None, None, "parent"))
    by_night(session)
    [pair] = queries.same_people(session)
    together(session, manager, pair)
    names = [member.name for member in queries.family(session, family.reference).members]
    assert sorted(names) == ["Ida Oak", "Rosa Quillfeather"]


def test_the_second_of_two_managers_is_told_who_was_first(session: Session, manager: Actor) -> None:
    pair = a_pair(session, manager)
    with pytest.raises(Stale, match="has changed since"):
        services.merge_people(
            session, manager, pair.uid, version="9-9", chosen={}, reason="Same school"
        )
    together(session, manager, pair)
    with pytest.raises(Stale, match=f"{manager.name} has put these records together"):
        together(session, manager, pair)
    with pytest.raises(Refusal):
        services.merge_persons(
            session, manager, pair.first.id, pair.second.id, chosen={}, reason="x"
        )


def test_what_happened_since_is_said_when_a_merge_cannot_be_undone(
    session: Session, manager: Actor
) -> None:
    merge = together(session, manager, a_pair(session, manager), "absorbed")
    session.execute(
        text("UPDATE person SET given_name = 'Rosie' WHERE id = :id"), {"id": merge.kept.id}
    )
    with pytest.raises(Refusal, match="a fact has been changed since"):
        services.undo_merge(session, manager, merge.uid, reason="x")


def test_what_undoes_a_merge_is_done_once_and_the_pair_stays_apart(
    session: Session, manager: Actor
) -> None:
    pair = a_pair(session, manager)
    merge = together(session, manager, pair)
    services.undo_merge(session, manager, merge.uid, reason="They met")
    assert set(queries.open_places(session, [pair.first.id, pair.second.id])) == {
        pair.first.id,
        pair.second.id,
    }
    by_night(session)
    assert queries.same_people_count(session) == 0
    with pytest.raises(Stale, match=f"{manager.name} has undone this"):
        services.undo_merge(session, manager, merge.uid, reason="x")


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE person SET merged_into_id = :a WHERE id = :b",
        "UPDATE person SET merged_into_id = id WHERE id = :b",
        "INSERT INTO same_person (a_id, b_id, score, reasons, facts) VALUES (:a, :b, 1, '{}', '')",
        "INSERT INTO person_merge (kept_id, absorbed_id, reason, changed, merged_by)"
        " VALUES (:a, :b, 'x', '{}', 1)",
        "UPDATE same_person SET decided_by = 1, decided_at = now(), state = 'different'",
    ],
)
def test_the_database_refuses_what_may_not_be(
    session: Session, manager: Actor, attempt: str
) -> None:
    pair = a_pair(session, manager)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(attempt), {"a": pair.first.id, "b": pair.second.id})


def test_a_handoff_is_offered_the_family_of_one_who_may_be_the_same(
    session: Session, manager: Actor
) -> None:
    family = opened(session, manager, ROSA)
    [match] = queries.likely_existing(session, family.hub_id, [ROZA])
    assert match.family_reference == family.reference
    assert "Roza Quillfeather may be Rosa Quillfeather: very likely" in match.reason
    assert queries.likely_existing(session, family.hub_id + 1, [ROZA]) == []
    set_viewer(session, a_member_of_staff(session, "hub_manager", a_hub(session)).viewer)
    assert queries.likely_existing(session, family.hub_id, [ROZA]) == []


def test_whoever_was_merged_joins_no_family(session: Session, manager: Actor) -> None:
    pair = a_pair(session, manager)
    together(session, manager, pair)
    family = opened(session, manager, NewPerson("Ida", "Oak", None, None, "parent"))
    add = "INSERT INTO member (family_id, person_id, role) VALUES (:family, :person, 'child')"
    with pytest.raises(DBAPIError, match="somebody who was merged"), session.begin_nested():
        session.execute(text(add), {"family": family.id, "person": pair.second.id})


def test_whom_one_may_not_open_is_said_only_when_all_is_the_same(
    session: Session, case: Case
) -> None:
    member = case.members[0]
    asked = NewPerson(member.given_name, member.family_name, member.date_of_birth, None, "parent")
    [seen] = queries.candidates(session, asked)
    assert seen.families[0].reference == case.reference
    set_viewer(session, case.outsider.viewer)
    [hidden] = queries.candidates(session, asked)
    assert (hidden.held_elsewhere, hidden.name, hidden.families) == (True, "", [])
    slip = NewPerson(f"{member.given_name}e", *list(vars(asked).values())[1:5])
    assert queries.candidates(session, slip) == []


SLIPS = st.sampled_from(
    [
        NewPerson("Roza", "Quillfeather", date(2021, 3, 14), None, "child"),
        NewPerson("Rosa", "Quilfeather", date(2021, 3, 14), None, "child"),
        NewPerson("Quillfeather", "Rosa", date(2021, 3, 14), None, "child"),
        NewPerson("Rosa", "Quillfeather", date(2021, 3, 15), None, "child"),
        NewPerson("Rosa", "Quillfeather", min(mistaken_dates(ROSA.date_of_birth)), None, "child"),
        NewPerson("Rosa", "Quillfeather", None, None, "child"),
        NewPerson("Rosa", "Thorn", date(2021, 3, 14), None, "child"),
    ]
)


@settings(max_examples=7, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SLIPS)
def test_one_slip_of_the_hand_does_not_hide_who_is_known(
    session: Session, manager: Actor, typed: NewPerson
) -> None:
    with session.begin_nested() as attempt:
        family = opened(session, manager, ROSA)
        [found] = queries.candidates(session, typed)
        assert found.person_id == family.members[0].person_id
        attempt.rollback()


def test_the_pages_ask_as_often_however_many_pairs_there_are(
    session: Session, client: PageClient, manager: Actor, statements: Callable[[str], int]
) -> None:
    pair = queries.same_person(session, a_found_pair(session, manager))
    [family] = pair.first.families
    [member] = queries.family(session, family.reference).members
    session.commit()
    client.sign_in(manager.staff_id)
    pages = ("/same-people", f"/families/{family.reference}/people/{member.uid}")
    few = [statements(page) for page in pages]
    for _ in range(2):
        a_found_pair(session, manager)
        opened(session, manager, NewPerson("Rosamunde", member.family_name, BORN, None, "child"))
    by_night(session)
    session.commit()
    assert [statements(page) for page in pages] == few
    assert "Could be the same person as" in client.get(pages[1]).text


def test_a_manager_compares_chooses_and_puts_together(
    session: Session, client: PageClient, manager: Actor
) -> None:
    pair = a_pair(session, manager)
    session.commit()
    client.sign_in(manager.staff_id)
    assert "Rosa Quillfeather and Roza Quillfeather" in client.get("/same-people").text
    assert "Very likely" in client.get(f"/same-people/{pair.uid}").text
    page = client.post(f"/same-people/{pair.uid}/merge", data={"reason": "Same school"})
    assert "Choose the right answer for: name" in page.text
    done = client.post(
        f"/same-people/{pair.uid}/merge",
        data={"version": pair.version, "name": "absorbed", "reason": "Same school"},
    )
    assert done.status_code == 303
    assert "Roza Quillfeather" in client.get(done.location).text
    undone = client.post(done.location, data={"reason": "Cousins"})
    assert "different people" in client.get(undone.location).text
    worker = a_case(session).key_worker
    session.commit()
    client.sign_in(worker.staff_id)
    assert client.get("/same-people").status_code == 403
