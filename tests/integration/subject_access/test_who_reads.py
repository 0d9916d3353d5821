"""What the database lets an information officer read, and when; and that nobody else knows."""

from importlib import import_module

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.kernel.errors import NotVisible
from keywork.kernel.viewer import PUBLIC, Viewer, set_viewer
from keywork.subject_access import queries, services
from tests.factories.a_life import OTHERS, PROTECTED, SHARED, Life, a_life
from tests.factories.accounts import a_member_of_staff
from tests.factories.subject_access import TASK, a_request, an_officer, bundled

pytestmark = pytest.mark.usefixtures("app")

MIGRATION = import_module("migrations.versions.0022_subject_access")
ACCESS = ("access_request", "access_pause", "access_item", "access_consent", "access_bundle")
FORCED = "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relname = ANY (:names)"


@pytest.fixture
def life(session: Session) -> Life:
    """A father of whom there is something of every kind."""
    return a_life(session)


def rows(session: Session, viewer: Viewer, *tables: str) -> dict[str, int]:
    """How many rows of each table somebody reads, of those that have any for them."""
    set_viewer(session, viewer)
    counted = {t: session.scalars(text(f"SELECT count(*) FROM {t}")).one() for t in tables}
    return {table: count for table, count in counted.items() if count}


def filtered(session: Session) -> list[str]:
    """The tables that an officer reads under a request, and that have a filter."""
    return list(session.scalars(text(FORCED), {"names": list(MIGRATION.UNDER_ACCESS)}))


def test_an_officer_reads_about_the_person_while_a_request_is_open_and_no_longer(
    session: Session, life: Life
) -> None:
    officer = an_officer(session)
    tables = filtered(session)
    assert rows(session, officer.viewer, *tables) == {}
    request = a_request(session, officer, life.tom, known=False)
    assert rows(session, officer.viewer, *tables) == {}
    identity = services.Identity("Passport", request.row.received_on)
    services.start_clock(
        session, request.reference, on=request.row.received_on, identity=identity, version=1
    )
    # He has only ever been a parent in the family.
    assert rows(session, officer.viewer, *tables).keys() == set(tables) - {"member_past_role"}
    second = an_officer(session)
    assert rows(session, second.viewer, "entry") == rows(session, officer.viewer, "entry")
    request = bundled(session, officer, queries.request(session, request.reference))
    assert rows(session, TASK, *tables) == {}
    set_viewer(session, officer.viewer)
    services.answer(
        session,
        officer,
        request.reference,
        sent_on=request.row.received_on,
        sent_way="By hand",
        version=request.row.version,
    )
    assert rows(session, officer.viewer, *tables) == {}


def test_an_officer_reads_nothing_of_the_others_but_what_is_about_both(
    session: Session, life: Life
) -> None:
    a_request(session, an_officer(session), life.tom)
    said = set(session.scalars(text("SELECT text FROM entry")))
    assert {SHARED, PROTECTED} <= said
    assert not said & set(OTHERS)
    for table in ("need", "residence", "affiliation", "contact_point", "consent"):
        members = set(session.scalars(text(f"SELECT member_id FROM {table}")))
        assert members == {life.tom.id}, table
    assert OTHERS[2] not in session.scalars(text("SELECT name FROM affiliation")).all()
    own = life.tom.person_id
    pairs = session.execute(text("SELECT person_id, other_id FROM relationship")).all()
    assert pairs and all(own in pair for pair in pairs)


def test_nobody_else_learns_that_there_is_a_request(session: Session, life: Life) -> None:
    officer = an_officer(session)
    request = a_request(session, officer, life.tom)
    bundled(session, officer, request)
    assert rows(session, officer.viewer, *ACCESS).keys() == {*ACCESS} - {
        *("access_pause", "access_consent")
    }
    case = life.case
    staff = [case.key_worker, case.manager, case.specialist]
    staff += [a_member_of_staff(session, role, None) for role in ("service_lead", "finance")]
    for viewer in (*(person.viewer for person in staff), PUBLIC, Viewer("task:alerts")):
        assert rows(session, viewer, *ACCESS) == {}, viewer
        found = "SELECT * FROM find_for_access('', NULL, NULL, :reference, NULL)"
        assert session.execute(text(found), {"reference": case.reference}).all() == []


def test_an_officer_with_a_conflict_of_interest_neither_finds_nor_reads(
    session: Session, life: Life
) -> None:
    officer = an_officer(session)
    request = a_request(session, an_officer(session), life.tom)
    set_viewer(session, life.case.manager.viewer)
    declared = text("""
        INSERT INTO conflict_of_interest (staff_id, person_id, family_id, reason, declared_by)
        VALUES (:staff, :person, :family, 'A cousin', :by)""")
    values = {"staff": officer.staff_id, "person": life.tom.person_id, "family": life.case.id}
    session.execute(declared, values | {"by": life.case.manager.staff_id})
    set_viewer(session, officer.viewer)
    assert queries.find(session, record=life.case.reference) == []
    with pytest.raises(NotVisible):
        queries.request(session, request.reference)
    assert rows(session, officer.viewer, *filtered(session)) == {}


WRITES = [
    "INSERT INTO entry_subject (entry_id, family_id, member_id)"
    " SELECT e.id, e.family_id, :other FROM entry e LIMIT 1",
    "INSERT INTO need_severity (family_id, entry_id, author, need_id, number, severity)"
    " SELECT family_id, entry_id, :viewer, id, 9, 1 FROM need LIMIT 1",
    "INSERT INTO significant_entry (entry_id, family_id, author)"
    " SELECT id, family_id, :viewer FROM entry LIMIT 1",
    "INSERT INTO handoff_stage (handoff_id, stage, recorded_by)"
    " SELECT id, stage, :viewer FROM handoff LIMIT 1",
    "INSERT INTO access_item (request_id, source, ref, digest, decision, reason, decided_by)"
    " SELECT id, 'entry', 'x', sha256('x'), 'include', 'reasonable', :another"
    " FROM access_request",
    "UPDATE access_request SET state = 'answered', version = 2, sent_on = now(),"
    " sent_way = 'x', closed_at = now(), closed_by = :staff",
    "UPDATE access_request SET extended_on = due_on + 1, extension_reason = 'x', version = 2",
    "UPDATE access_request SET state = 'waiting', version = 2",
]


def test_whoever_reads_under_a_request_changes_nothing(session: Session, life: Life) -> None:
    officer: Actor = an_officer(session)
    a_request(session, officer, life.tom)
    values = {
        "other": life.case.members[2].id,
        "viewer": officer.viewer,
        "staff": officer.staff_id,
        "another": life.case.manager.staff_id,
    }
    refused = r"row-level security|access_|check constraint"
    for write in WRITES:
        with pytest.raises(DBAPIError, match=refused), session.begin_nested():
            session.execute(text(write), values)
