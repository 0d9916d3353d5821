"""Who reads which spend, asked of the database itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.commissioning import queries, services
from keywork.commissioning.models import State
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.kernel.errors import NotVisible
from keywork.kernel.files import Upload
from keywork.kernel.viewer import PUBLIC, Viewer, acting_as, set_viewer, system_task
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.commissioning import TASK, Place, a_place, ask, ask_and_decide, buy

TABLES = ("spend", "spend_member", "purchase", "receipt", "spend_held", "spend_line")
PDF = Upload("till.pdf", b"%PDF-1.7 receipt")


@pytest.fixture
def place(session: Session) -> Place:
    """A hub whose family has a goal that only its key worker and hub manager may know of."""
    return a_place(session, domain="domestic_abuse")


def a_colleague(session: Session, place: Place, role: str = "specialist") -> Actor:
    """Somebody else in the team around the family."""
    colleague = a_member_of_staff(session, role, place.hub_id)
    with acting_as(session, place.manager.viewer):
        family_services.join_team(session, place.family.id, colleague.staff_id, role)
    return colleague


def counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many rows of each table this viewer finds."""
    set_viewer(session, viewer)
    return {
        table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        for table in TABLES
    }


@contextmanager
def refused(session: Session, constraint: str = "") -> Iterator[None]:
    """The database refuses, by this constraint if one is named."""
    with pytest.raises(DatabaseError) as error, session.begin_nested():
        yield
    diagnosis = getattr(error.value.orig, "diag", None)
    assert not constraint or getattr(diagnosis, "constraint_name", None) == constraint


@pytest.mark.usefixtures("bare_app")
def test_a_spend_towards_a_protected_goal_is_protected(session: Session, place: Place) -> None:
    colleague = a_colleague(session, place)
    before = {who: counts(session, who.viewer) for who in (colleague, place.lead)}
    spend = buy(session, place, ask_and_decide(session, place), 79_99)
    services.add_receipt(session, place.worker, spend.reference, PDF)
    assert spend.visibility == "protected"
    all_seen = dict.fromkeys(TABLES, 1) | {"spend_member": 2}
    for who in (place.worker, place.manager):
        assert counts(session, who.viewer) == all_seen
    assert counts(session, TASK) == all_seen
    for who in (colleague, place.lead):
        seen = counts(session, who.viewer)
        lines = {"spend_line": 1} if who is place.lead else {}
        assert seen == before[who] | lines
    set_viewer(session, colleague.viewer)
    assert families.latest_entries(session, [place.family.id]) == []
    assert queries.family_spends(session, place.family.ids) == []
    assert queries.family_total(session, place.family.ids) == 0
    with pytest.raises(NotVisible):
        queries.spend(session, spend.reference)


def test_policy_does_not_betray_a_protected_spend(session: Session, place: Place) -> None:
    """Nor when it is a colleague who asks next, for what would together be too much."""
    ask_and_decide(session, place, amount_pence=100_00)
    colleague = a_colleague(session, place)
    set_viewer(session, TASK)
    rules = queries.current_policy(session).rules
    wanted = queries.Wanted(
        place.family.id, colleague.staff_id, colleague.roles, "EH", "bed", 60_00
    )
    for viewer in (TASK, colleague.viewer, place.manager.viewer):
        set_viewer(session, viewer)
        found = queries.facts(session, rules, wanted)
        assert (found.family_pence, found.same_kind_pence) == (0, 0)


def test_nobody_else_reads_any(session: Session) -> None:
    place = a_place(session)
    ask_and_decide(session, place)
    elsewhere = a_hub(session)
    strangers = [
        a_member_of_staff(session, "hub_manager", elsewhere).viewer,
        a_member_of_staff(session, "key_worker", place.hub_id).viewer,
        PUBLIC,
        system_task("alerts"),
        Viewer(""),
    ]
    for viewer in strangers:
        assert set(counts(session, viewer).values()) == {0}
    colleague = a_colleague(session, place)
    assert counts(session, colleague.viewer)["spend"] == 1
    with acting_as(session, place.manager.viewer):
        family_services.leave_team(session, place.family.id, colleague.staff_id)
    assert counts(session, colleague.viewer)["spend"] == 0


def test_finance_reads_lines_and_nothing_of_the_family(session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place)
    seen = counts(session, place.finance.viewer)
    assert seen == dict.fromkeys(TABLES, 0) | {"spend_line": 1}
    columns = session.execute(text("SELECT * FROM spend_line")).keys()
    assert not {"family_id", "goal_id", "what", "why"} & set(columns)
    [line] = queries.lines(session, place.wish.purse_id)
    assert (line.reference, line.may_open) == (spend.reference, False)


def test_states_follow_each_other(session: Session) -> None:
    place = a_place(session)
    spend = ask_and_decide(session, place)
    set_viewer(session, place.worker.viewer)
    for state in set(State) - {State.APPROVED, State.BOUGHT, State.WITHDRAWN}:
        with refused(session, "spend_transition"):
            session.execute(
                text("UPDATE spend SET state = :state, version = version + 1 WHERE id = :id"),
                {"state": state, "id": spend.id},
            )
    with refused(session, "spend_transition"):
        session.execute(text("UPDATE spend SET decision_reason = 'x'"))


def test_nobody_decides_for_another(session: Session) -> None:
    place = a_place(session)
    spend = ask_and_decide(session, place, amount_pence=185_00)
    decided = text("""UPDATE spend SET state = 'approved', version = version + 1, decided_by = :by,
        decided_at = now() WHERE id = :id""")
    set_viewer(session, place.manager.viewer)
    with refused(session, "spend_decided_in_own_name"):
        session.execute(decided, {"by": place.second_manager.staff_id, "id": spend.id})
    set_viewer(session, place.worker.viewer)
    with refused(session, "spend_not_decided_by_asker"):
        session.execute(decided, {"by": place.worker.staff_id, "id": spend.id})


def test_nobody_asks_for_another(session: Session) -> None:
    place = a_place(session)
    ask(session, place)
    copied = text("""INSERT INTO spend (reference, family_id, goal_id, purse_id, category, what,
          why, amount_pence, paying, needed_by, requested_by, state, readers)
        SELECT 'S-2222222', family_id, goal_id, purse_id, category, what, why, amount_pence,
          paying, needed_by, CAST(:by AS bigint), :state,
          ARRAY['staff:' || CAST(:by AS bigint)] FROM spend LIMIT 1""")
    worker, manager = place.worker.staff_id, place.manager.staff_id
    for by, state in ((manager, "reserved"), (worker, "approved")):
        with refused(session, "spend_begins_reserved"):
            session.execute(copied, {"by": by, "state": state})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE spend SET amount_pence = 1",
        "UPDATE spend SET requested_by = 1",
        "UPDATE spend SET readers = '{}'",
        "DELETE FROM spend",
        "UPDATE purchase SET paid_pence = 1",
        "DELETE FROM receipt",
        "UPDATE policy_version SET document = ''",
        "DELETE FROM purse",
    ],
)
def test_what_is_written_stays_written(session: Session, statement: str) -> None:
    buy(session, place := a_place(session), ask_and_decide(session, place), 79_99)
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement))


def test_a_policy_version_is_what_its_hash_says(session: Session) -> None:
    set_viewer(session, TASK)
    with pytest.raises(IntegrityError):
        session.execute(
            text(
                "INSERT INTO policy_version (sha256, valid_from, document) VALUES ('x', now(), 'y')"
            )
        )


def test_what_waits_is_decided_by_a_named_person_who_may(session: Session) -> None:
    place = a_place(session)
    spend = ask_and_decide(session, place, amount_pence=185_00)
    approve = text("""UPDATE spend SET state = 'approved', version = version + 1, decided_by = :by,
        decided_at = now() WHERE id = :id""")
    for viewer, by in ((place.worker, None), (place.manager, None)):
        set_viewer(session, viewer.viewer)
        with refused(session, "spend_decided_by_decider"):
            session.execute(approve, {"by": by, "id": spend.id})


def test_what_is_not_approved_is_not_bought(session: Session) -> None:
    place = a_place(session)
    spend = ask_and_decide(session, place, amount_pence=185_00)
    set_viewer(session, place.worker.viewer)
    bought = text("""INSERT INTO purchase (spend_id, paid_pence, supplier, bought_on, recorded_by)
        VALUES (:id, 100, 'x', current_date, :by)""")
    with refused(session, "purchase_of_approved_spend"):
        session.execute(bought, {"id": spend.id, "by": place.worker.staff_id})
