"""The chronology's filter is the database's own: these look at it with plain SQL."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.kernel.viewer import PUBLIC, Viewer, set_viewer, system_task
from tests.factories.families import Case, a_case

ENTRIES = text("SELECT text FROM entry WHERE family_id = :id AND kind <> 'safe_contact'")
SUBJECTS = text("SELECT count(*) FROM entry_subject WHERE family_id = :id")


@pytest.fixture
def written(session: Session, case: Case) -> Case:
    """The family with an entry for the team and one the specialist alone is named for."""
    about = [member.id for member in case.members]
    for visibility, named in (("team", ()), ("protected", (case.specialist.staff_id,))):
        services.record_entry(
            session,
            family_id=case.id,
            kind="visit",
            text=visibility,
            member_ids=about,
            visibility=visibility,
            named_staff=named,
        )
    return case


def read(session: Session, case: Case, viewer: Viewer) -> set[str]:
    """The entries that this viewer gets; those of whom they are about agree with them."""
    set_viewer(session, viewer)
    found = set(session.scalars(ENTRIES, {"id": case.id}))
    assert session.scalar(SUBJECTS, {"id": case.id}) == len(found) * len(case.members)
    return found


def test_author_named_reader_and_manager_read_what_is_protected(
    session: Session, written: Case
) -> None:
    for actor in (written.key_worker, written.specialist, written.manager):
        assert read(session, written, actor.viewer) == {"team", "protected"}


def test_others_in_the_team_read_the_rest(session: Session, written: Case) -> None:
    services.join_team(session, written.id, written.outsider.staff_id, "specialist")
    assert read(session, written, written.outsider.viewer) == {"team"}


def test_all_others_read_nothing(session: Session, written: Case) -> None:
    elsewhere = a_case(session)
    strangers = [written.outsider, elsewhere.key_worker, elsewhere.manager]
    viewers = [actor.viewer for actor in strangers]
    for viewer in (*viewers, PUBLIC, system_task("families"), Viewer("staff:"), Viewer("")):
        assert read(session, written, viewer) == set()


def test_a_named_reader_who_has_left_reads_nothing(session: Session, written: Case) -> None:
    services.leave_team(session, written.id, written.specialist.staff_id)
    assert read(session, written, written.specialist.viewer) == set()


def test_no_viewer_no_rows(session: Session, written: Case) -> None:
    session.execute(text("SELECT set_config('keywork.viewer', '', true)"))
    assert session.scalars(text("SELECT text FROM entry")).all() == []
    assert session.scalar(text("SELECT count(*) FROM entry_subject")) == 0


def test_a_task_reads_back_what_it_wrote_and_no_more(session: Session, written: Case) -> None:
    set_viewer(session, system_task("commissioning"))
    services.record_entry(session, family_id=written.id, kind="spend", text="approved")
    assert session.scalars(text("SELECT text FROM entry")).all() == ["approved"]
    set_viewer(session, written.manager.viewer)
    assert "approved" in session.scalars(ENTRIES, {"id": written.id}).all()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET text = 'other'",
        "DELETE FROM entry",
        "TRUNCATE entry CASCADE",
        "UPDATE entry_subject SET seen = true",
        "DELETE FROM entry_subject",
        "DELETE FROM safe_contact",
        "UPDATE entry SET readers = '{}'",
        "ALTER TABLE entry DISABLE ROW LEVEL SECURITY",
    ],
)
def test_nothing_that_was_written_is_changed(session: Session, written: Case, change: str) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(change))
    assert read(session, written, written.key_worker.viewer) == {"team", "protected"}


def test_nobody_writes_in_another_name_or_into_a_family_that_is_not_theirs(
    session: Session, written: Case
) -> None:
    insert = text(
        "INSERT INTO entry (family_id, kind, happened_at, author, source, text, readers)"
        " VALUES (:family, 'visit', now(), :author, 'own_observation', 'x', ARRAY[:author])"
    )
    viewer = written.key_worker.viewer
    for family, author in ((written.id, written.manager.viewer), (a_case(session).id, viewer)):
        set_viewer(session, viewer)
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(insert, {"family": family, "author": author})


def test_an_entry_is_about_members_of_its_own_family(session: Session, case: Case) -> None:
    stranger = a_case(session).members[0].id
    set_viewer(session, case.key_worker.viewer)
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        services.record_entry(
            session, family_id=case.id, kind="visit", text="x", member_ids=[stranger]
        )
    assert "entry_subject_member_id_family_id_fkey" in str(caught.value)


def test_paging_goes_through_everything_once_and_shows_no_gap(session: Session, case: Case) -> None:
    for number in range(25):
        visibility = "protected" if number % 2 else "team"
        services.record_entry(
            session, family_id=case.id, kind="visit", text=str(number), visibility=visibility
        )
    for actor, expected in ((case.key_worker, 26), (case.specialist, 14)):
        set_viewer(session, actor.viewer)
        texts, before = [], None
        while True:
            page = queries.chronology(session, [case.id], before, limit=6)
            texts += [entry.text for entry in page.entries]
            before = page.older
            if before is None:
                break
            assert len(page.entries) == 6
        assert len(texts) == len(set(texts)) == expected
        assert texts[:-1] == sorted(texts[:-1], key=int, reverse=True)
