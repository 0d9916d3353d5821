"""A protected address, number or school leaves no trace for whoever may not read it."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.models import Affiliation, ContactPoint, Residence
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible
from keywork.kernel.viewer import PUBLIC, Viewer, set_viewer, system_task
from tests.conftest import PageClient
from tests.factories.families import Case, a_case
from tests.factories.places import (
    ELM_ROAD,
    REFUGE,
    days_ago,
    goes_to,
    lives_at,
    member,
    named,
    reached_on,
)

TABLES = ("residence", "contact_point", "affiliation")
SECRETS = ("Rowan House", "NB9 9ZZ", "Refuge", "900982", "Hidden Lane School", "Protected")


@pytest.fixture
def hidden(session: Session, case: Case) -> Case:
    """Mother and children fled; the specialist alone is named. The outsider is in the team too."""
    set_viewer(session, case.manager.viewer)
    services.join_team(session, case.id, case.outsider.staff_id, "specialist")
    set_viewer(session, case.key_worker.viewer)
    lives_at(session, case, ELM_ROAD, "Leah", "Tom", "Ava", "Noah")
    readers = named(case.specialist)
    lives_at(
        session,
        case,
        REFUGE,
        "Leah",
        "Ava",
        "Noah",
        since=days_ago(3),
        leaves=True,
        readers=readers,
    )
    reached_on(session, case, readers=readers)
    goes_to(session, case, "Hidden Lane School", readers)
    return case


def rows(session: Session, viewer: Viewer) -> list[int]:
    """How many protected rows of each table this viewer gets, in plain SQL."""
    set_viewer(session, viewer)
    count = "SELECT count(*) FROM {} WHERE visibility = 'protected'"
    return [session.scalars(text(count.format(table))).one() for table in TABLES]


def test_the_database_gives_them_to_those_named_and_the_manager_alone(
    session: Session, hidden: Case
) -> None:
    for actor in (hidden.key_worker, hidden.specialist, hidden.manager):
        assert rows(session, actor.viewer) == [3, 1, 1]
    elsewhere = a_case(session)
    strangers = [hidden.outsider, elsewhere.key_worker, elsewhere.manager]
    viewers = [actor.viewer for actor in strangers]
    for viewer in (*viewers, PUBLIC, system_task("families"), Viewer("staff:"), Viewer("")):
        assert rows(session, viewer) == [0, 0, 0]


def test_nobody_ends_what_they_may_not_read(session: Session, hidden: Case) -> None:
    set_viewer(session, hidden.outsider.viewer)
    for table in TABLES:
        ended = session.execute(
            text(f"UPDATE {table} SET ended_on = current_date, ended_by = :me"),
            {"me": hidden.outsider.staff_id},
        )
        assert ended.rowcount == (4 if table == "residence" else 0)  # type: ignore[attr-defined]
    set_viewer(session, hidden.key_worker.viewer)
    family = queries.family(session, hidden.reference)
    assert queries.households(session, family, clock.today())[0].kind == "Refuge"


def test_households_changes_and_the_person_say_nothing_of_them(
    session: Session, hidden: Case
) -> None:
    uids = [
        session.scalars(text(f"SELECT uid FROM {t} WHERE visibility = 'protected'")).first()
        for t in TABLES
    ]
    set_viewer(session, hidden.outsider.viewer)
    family = queries.family(session, hidden.reference)
    found = queries.households(session, family, clock.today())
    assert [(h.label, len(h.members), h.protected) for h in found] == [
        ("3 Elm Road, NB1 2AB", 1, False),
        ("Address not recorded", 3, False),
    ]
    moves = queries.household_changes(session, family)
    assert [len(move.words) for move in moves] == [1, 1]
    places = queries.places(session, family, member(hidden, "Leah"), clock.today())
    assert (places.residences, places.contacts, places.affiliations) == ([], [], [])
    assert not queries.places(session, family, member(hidden, "Ava"), clock.today()).affiliations
    for table, uid in zip((Residence, ContactPoint, Affiliation), uids, strict=True):
        with pytest.raises(NotVisible):
            queries.place(session, family, table, uid)


def test_no_page_of_the_family_gives_them_away(
    session: Session, client: PageClient, hidden: Case
) -> None:
    session.commit()
    base = f"/families/{hidden.reference}"
    person = f"{base}/people/{member(hidden, 'Leah').uid}"
    pages = [base, f"{base}/people", f"{base}/people?at={days_ago(1)}", f"{base}/chronology"]
    pages += [person, f"{base}/people/{member(hidden, 'Ava').uid}", f"{base}/tree"]

    def seen_by(actor: Actor) -> set[str]:
        client.sign_in(actor.staff_id)
        answers = [client.get(page) for page in pages]
        assert {answer.status_code for answer in answers} == {200}
        shown = "".join(answer.text for answer in answers)
        return {secret for secret in SECRETS if secret in shown}

    assert seen_by(hidden.specialist) == set(SECRETS)
    assert seen_by(hidden.outsider) == set()
    uids = session.scalars(text("SELECT uid FROM residence WHERE visibility = 'protected'")).all()
    for uid in uids:
        assert client.get(f"{base}/addresses/{uid}/end").status_code == 404
        form = client.get(f"{base}/addresses/new?like={uid}").text
        assert not [secret for secret in SECRETS[:2] if secret in form]


def test_the_same_address_recorded_by_one_who_may_not_read_it_is_no_surprise(
    session: Session, hidden: Case
) -> None:
    set_viewer(session, hidden.outsider.viewer)
    lives_at(session, hidden, REFUGE, "Leah", by=hidden.outsider, readers=named())
    family = queries.family(session, hidden.reference)
    for actor, expected in ((hidden.outsider, ["Leah"]), (hidden.manager, ["Leah", "Ava", "Noah"])):
        set_viewer(session, actor.viewer)
        found = queries.households(session, family, clock.today())
        [refuge] = [household for household in found if household.kind == "Refuge"]
        assert [person.given_name for person in refuge.members] == expected


def test_that_they_left_is_for_the_team_and_where_they_went_is_not(
    session: Session, hidden: Case
) -> None:
    for actor, expected in ((hidden.specialist, 3), (hidden.outsider, 2)):
        set_viewer(session, actor.viewer)
        found = queries.chronology(session, [hidden.id]).entries
        said = [entry.text for entry in found if entry.kind == "address"]
        assert len(said) == expected
        assert sum("3 Elm Road, NB1 2AB, until" in words for words in said) == 1
