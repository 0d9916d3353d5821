"""Raw SQL, run as the application, reads and writes as much of a record as the viewer may."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.services import NewPerson
from keywork.kernel.viewer import PUBLIC, Viewer, set_viewer, system_task
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import Case, a_case
from tests.factories.people import was_called
from tests.factories.relationships import related

OF_THE_FAMILY = {
    "family": "id = :family",
    "member": "family_id = :family",
    "member_past_role": "member_id IN (:member)",
    "person": "id = :person",
    "person_name": "person_id = :person",
    "team_member": "family_id = :family",
    "open_period": "family_id = :family",
}


def ids(case: Case) -> dict[str, Any]:
    """What a statement may name of a family."""
    first = case.members[0]
    return {"family": case.id, "member": first.id, "person": first.person_id}


def done(session: Session, viewer: Viewer, statement: str, **values: Any) -> int:
    """How many rows a raw statement reaches for a viewer; -1 when the row policies refuse it."""
    set_viewer(session, viewer)
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    try:
        with session.begin_nested():
            return int(session.execute(text(statement), used).rowcount)  # type: ignore[attr-defined]
    except ProgrammingError as error:
        if "row-level security" not in str(error.orig):
            raise
        return -1


def read(session: Session, viewer: Viewer, case: Case) -> dict[str, int]:
    """How many rows of each table about the family a viewer finds."""
    return {
        table: done(session, viewer, f"SELECT * FROM {table} WHERE {which}", **ids(case))
        for table, which in OF_THE_FAMILY.items()
    }


@pytest.fixture
def told(session: Session, case: Case) -> Case:
    """The case, one of whose members had another name and another role."""
    family = queries.family(session, case.reference)
    was_called(session, case.key_worker, family, family.members[0], "Pike")
    session.execute(
        text("""INSERT INTO member_past_role (member_id, role, ended_on)
          VALUES (:member, 'other_adult', london_today())"""),
        {"member": case.members[0].id},
    )
    return case


def test_the_record_is_read_by_those_who_may_open_it(session: Session, told: Case) -> None:
    for actor in (told.key_worker, told.specialist, told.manager):
        assert all(read(session, actor.viewer, told).values()), actor
    stranger = a_case(session)
    lead, finance = (a_member_of_staff(session, r, None) for r in ("service_lead", "finance"))
    staff = (told.outsider, stranger.key_worker, stranger.manager, lead, finance)
    tasks = [system_task(name) for name in ("commissioning", "handoffs", "alerts", "outbox")]
    for viewer in (*(actor.viewer for actor in staff), *tasks, PUBLIC, Viewer("staff:")):
        assert set(read(session, viewer, told).values()) == {0}, viewer


def test_the_nightly_search_reads_people_and_no_more_than_it_needs(
    session: Session, told: Case
) -> None:
    night = read(session, system_task("families"), told)
    assert night["person"] and night["person_name"] and night["member"]
    entries = "SELECT * FROM safe_contact WHERE family_id = :family"
    assert done(session, system_task("families"), entries, **ids(told)) == 0


JOINS = "INSERT INTO team_member (family_id, staff_id, role) VALUES (:family, :staff, :role)"
COMES_BACK = "UPDATE team_member SET ended_on = NULL WHERE family_id = :family"


def test_nobody_writes_themselves_into_a_team(session: Session, case: Case) -> None:
    elsewhere = a_case(session)
    for actor in (case.outsider, elsewhere.manager, elsewhere.key_worker, case.specialist):
        values = {"family": case.id, "staff": case.outsider.staff_id, "role": "other"}
        assert done(session, actor.viewer, JOINS, **values) == -1
    key_worker = {"family": case.id, "staff": case.outsider.staff_id, "role": "key_worker"}
    assert done(session, case.key_worker.viewer, JOINS, **key_worker) == -1
    set_viewer(session, case.manager.viewer)
    services.leave_team(session, case.id, case.specialist.staff_id)
    assert done(session, case.specialist.viewer, COMES_BACK, family=case.id) == 0
    other = key_worker | {"role": "other"}
    assert done(session, case.key_worker.viewer, JOINS, **other) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO member (family_id, person_id, role) VALUES (:own, :person, 'other_adult')",
        "INSERT INTO member (family_id, person_id, role) VALUES (:family, :known, 'other_adult')",
        "UPDATE member SET person_id = :person WHERE family_id = :own AND role = 'parent'",
        """INSERT INTO person_name (person_id, kind, given_name, family_name, name_key)
           VALUES (:person, 'alias', 'x', 'y', 'x y')""",
        "INSERT INTO member_past_role (member_id, role, ended_on) VALUES (:member, 'child', now())",
        """INSERT INTO open_period (family_id, start_reason, started_by)
           VALUES (:family, 'new', current_setting('keywork.viewer'))""",
        """INSERT INTO family_join (family_id, into_id, reason, joined_by)
           VALUES (:family, :own, 'same_family', viewer_staff_id())""",
        "INSERT INTO family (hub_id) VALUES (:hub)",
        """INSERT INTO person (given_name, family_name, name_key, merged_into_id)
           VALUES ('a', 'b', 'a b', :person)""",
        "INSERT INTO common_name VALUES ('given', 'ava')",
    ],
)
def test_what_one_may_not_open_is_not_written_to(
    session: Session, case: Case, statement: str
) -> None:
    own = a_case(session)
    values = ids(case) | {"own": own.id, "known": own.members[0].person_id, "hub": case.hub_id}
    assert done(session, own.manager.viewer, statement, **values) == -1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE person SET given_name = 'x' WHERE id = :person",
        "UPDATE person_name SET person_id = :known WHERE person_id = :person",
        "DELETE FROM person_name WHERE person_id = :person",
        "UPDATE member SET ended_on = london_today() WHERE family_id = :family",
        "UPDATE family SET opened_on = opened_on WHERE id = :family",
        "UPDATE open_period SET end_words = 'x' WHERE family_id = :family",
    ],
)
def test_what_one_may_not_open_is_not_changed(session: Session, told: Case, statement: str) -> None:
    own = a_case(session)
    values = ids(told) | {"known": own.members[0].person_id}
    assert done(session, own.manager.viewer, statement, **values) == 0


def test_whoever_writes_somebody_down_sees_them_until_they_are_in_a_family(
    session: Session, case: Case
) -> None:
    new = "INSERT INTO person (given_name, family_name, name_key) VALUES ('A', 'Zz', 'a zz')"
    sought = "SELECT * FROM person WHERE family_name = 'Zz'"
    assert done(session, case.manager.viewer, new) == 1
    assert done(session, case.manager.viewer, sought) == 1
    assert done(session, case.key_worker.viewer, sought) == 0
    joined = """INSERT INTO member (family_id, person_id, role)
      SELECT :family, id, 'other_adult' FROM person WHERE family_name = 'Zz'"""
    assert done(session, case.manager.viewer, joined, family=case.id) == 1
    there = a_case(session).manager
    assert done(session, there.viewer, sought) == 0
    assert (
        done(
            session,
            there.viewer,
            new.replace("(given_name", "(written_by, given_name").replace(
                "('A'", f"('{case.manager.viewer}', 'A'"
            ),
        )
        == -1
    )


ENTRY = """INSERT INTO entry (family_id, kind, happened_at, author, source, text, supersedes_id,
    correction_reason, visibility, readers)
  VALUES (:family, 'note', now(), :me, 'own_observation', 'x', :entry, 'x', 'team', ARRAY[:me])"""
ROW = "(family_id, entry_id, author, readers"
VALUES = "VALUES (:family, :entry, :me, ARRAY[:me]"
HANG = {
    "need": f"{ROW}, member_id, domain, type, words) {VALUES}, :member, 'housing', '', 'x')",
    "goal": f"{ROW}, words, baseline) {VALUES}, 'x', 1)",
    "residence": f"{ROW}, member_id, started_on, kind, address, postcode, place)"
    f" {VALUES}, :member, london_today(), 'home', 'x', '', 'x')",
    "affiliation": f"{ROW}, member_id, started_on, kind, name)"
    f" {VALUES}, :member, london_today(), 'school', 'x')",
    "professional": f"{ROW}, name, role) {VALUES}, 'x', 'x')",
    "consent": f"{ROW}, member_id, purpose, state) {VALUES}, :member, 'referral', 'asked')",
    "disclosure": f"{ROW}, purpose, basis, shared, happened_on, organisation_kind, organisation,"
    f" what, reason) {VALUES}, 'referral', 'public_task', true, london_today(), 'school', 'x',"
    " 'x', 'x')",
}


@pytest.mark.parametrize(
    "statement",
    [ENTRY, *(f"INSERT INTO {table} {rest}" for table, rest in HANG.items())],
    ids=["entry", *HANG],
)
def test_nothing_hangs_on_an_entry_that_its_writer_does_not_see(
    session: Session, case: Case, statement: str
) -> None:
    entry_id = services.record_entry(
        session, family_id=case.id, kind="note", text="hidden", visibility="protected"
    )
    values = ids(case) | {"entry": entry_id}
    specialist, author = case.specialist.viewer, case.key_worker.viewer
    assert done(session, specialist, statement, me=specialist, **values) == -1
    assert done(session, author, statement, me=author, **values) == 1


@pytest.fixture
def elsewhere(session: Session, case: Case) -> Case:
    """Ava, whose two parents by birth are recorded in `case`, with a step-father in a family of
    the same hub, which nobody else works with."""
    family = queries.family(session, case.reference)
    leah, tom, ava = (
        next(m for m in family.members if m.given_name == name) for name in ("Leah", "Tom", "Ava")
    )
    for parent in (leah, tom):
        related(session, case.key_worker, family, parent, "birth_parent", ava)
    set_viewer(session, case.manager.viewer)
    again = NewPerson("Ava", "Marsh", ava.date_of_birth, None, "child")
    sam = NewPerson("Sam", "Hill", date(1990, 1, 1), None, "parent")
    opened = services.open_family(session, case.manager, case.hub_id, [again, sam])
    services.join_team(session, opened.id, case.outsider.staff_id, "key_worker")
    set_viewer(session, case.outsider.viewer)
    members = queries.family(session, opened.reference).members
    return Case(**vars(case) | {"id": opened.id, "reference": opened.reference, "members": members})


def refused_as(session: Session, actor: Any, parent: int, child: int) -> str | None:
    """The constraint that stands against a birth parent, as this actor is told."""
    set_viewer(session, actor.viewer)
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(
            text("""INSERT INTO relationship (person_id, other_id, kind)
              VALUES (:parent, :child, 'birth_parent')"""),
            {"parent": parent, "child": child},
        )
    return caught.value.orig.diag.constraint_name  # type: ignore[union-attr]


def test_a_refusal_tells_nothing_of_parents_whom_one_may_not_know(
    session: Session, case: Case, elsewhere: Case
) -> None:
    sam, ava = (member.person_id for member in elsewhere.members)
    assert refused_as(session, case.outsider, sam, ava) == "relationship_does_not_fit"
    assert refused_as(session, case.manager, sam, ava) == "relationship_two_birth_parents"


def test_descent_is_told_of_those_one_may_know_alone(
    session: Session, case: Case, elsewhere: Case
) -> None:
    leah = next(m.person_id for m in case.members if m.given_name == "Leah")
    ava = elsewhere.members[1].person_id
    asked = text("SELECT descends_from(:child, :parent)")
    for actor, known in ((case.outsider, False), (case.key_worker, True)):
        set_viewer(session, actor.viewer)
        assert session.scalar(asked, {"child": ava, "parent": leah}) is known


def test_that_somebody_is_held_is_told_to_staff_alone(session: Session, case: Case) -> None:
    number = next(member.nhs_number for member in case.members if member.nhs_number)
    held = text("SELECT is_held(:number, '{}', NULL), is_held_elsewhere(:number, '{}', NULL)")
    for viewer, told in (
        (case.key_worker.viewer, (True, False)),
        (case.outsider.viewer, (True, True)),
        (PUBLIC, (False, False)),
        (system_task("handoffs"), (False, False)),
    ):
        set_viewer(session, viewer)
        assert tuple(session.execute(held, {"number": number}).one()) == told


def test_nobody_but_a_service_lead_allocates(session: Session, case: Case) -> None:
    entry = """
      INSERT INTO journal_entry (idempotency_key, inputs_hash, act, reference, recorded_by)
      SELECT :act || v, '', :act, 'P-1', v FROM current_setting('keywork.viewer') v"""
    lead = a_member_of_staff(session, "service_lead", None)
    for act in ("allocate", "vire", "reverse", "approve"):
        for actor in (case.key_worker, case.manager):
            assert done(session, actor.viewer, entry, act=act) == -1
    assert done(session, lead.viewer, entry, act="allocate") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE family SET hub_id = hub_id WHERE id = :family",
        "UPDATE family SET reference = reference WHERE id = :family",
        "UPDATE team_member SET staff_id = staff_id WHERE family_id = :family",
        "UPDATE team_member SET role = role WHERE family_id = :family",
        "UPDATE team_member SET family_id = family_id WHERE family_id = :family",
    ],
)
def test_whoever_opens_a_record_gives_it_to_no_other_hub_and_no_place_to_another(
    session: Session, case: Case, statement: str
) -> None:
    for actor in (case.specialist, case.key_worker, case.manager):
        with pytest.raises(ProgrammingError, match="permission denied"):
            done(session, actor.viewer, statement, family=case.id)
