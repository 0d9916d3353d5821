"""What the database refuses whoever asks, in raw SQL as the application role."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import services as families
from keywork.kernel import clock
from keywork.kernel.errors import Refusal, Stale, refusal_of
from keywork.kernel.viewer import set_viewer
from keywork.retention import queries, services
from tests.factories import commissioning
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.families import a_case
from tests.factories.retention import (
    TASK,
    Officers,
    a_closed_record,
    officers,
    review_of,
    reviewed,
)

pytestmark = pytest.mark.usefixtures("at_once")


@pytest.fixture
def people(session: Session) -> Officers:
    """Two officers and a service lead."""
    return officers(session)


@pytest.fixture
def manager(session: Session) -> Actor:
    """A hub manager."""
    return a_member_of_staff(session, "hub_manager", a_hub(session))


def refused(session: Session, statement: str, **values: Any) -> str:
    """The constraint, or else the first words, with which the database refuses it."""
    with pytest.raises(DBAPIError) as error, session.begin_nested():
        session.execute(text(statement), values)
    diagnosis = error.value.orig.diag  # type: ignore[union-attr]
    return diagnosis.constraint_name or diagnosis.message_primary


def test_append_only_stays_so_for_whoever_says_that_they_erase(session: Session) -> None:
    case = a_case(session)
    session.execute(text("SELECT set_config('keywork.erasing', 'on', true)"))
    denied = "permission denied for table"
    assert refused(session, "INSERT INTO erasure_under_way DEFAULT VALUES").startswith(denied)
    assert refused(session, "SELECT FROM erasure_step").startswith(denied)
    set_viewer(session, TASK)
    for table in ("entry", "safe_contact", "person", "member", "family", "erasure"):
        said = refused(session, f"DELETE FROM {table} WHERE true")
        assert said.startswith(denied), table
    assert session.scalar(text("SELECT erasing()")) is False
    set_viewer(session, case.key_worker.viewer)
    assert refused(session, "SELECT * FROM retention_facts(london_today(), NULL, '{}')") != ""
    assert session.execute(text("SELECT * FROM holdable('KW-0001')")).all() == []


def test_the_owner_too_deletes_in_an_erasure_alone(session: Session, database: Any) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(database.owner_url)
    with Session(engine) as owner:
        owner.execute(text("SELECT set_config('keywork.viewer', 'task:retention', true)"))
        for table in ("entry", "journal_entry", "audit_event"):
            assert refused(owner, f"DELETE FROM {table}") == f"{table}_append_only"
        owner.execute(text("INSERT INTO erasure_under_way DEFAULT VALUES"))
        owner.execute(text("DELETE FROM entry WHERE false"))
        for table in ("journal_entry", "posting", "chain_link", "audit_event", "erasure"):
            assert refused(owner, f"DELETE FROM {table}") == f"{table}_append_only"
        assert refused(owner, "UPDATE entry SET text = 'x'") == "entry_append_only"
        assert refused(owner, "TRUNCATE entry CASCADE").endswith("_append_only")
        owner.rollback()
    engine.dispose()


def test_two_persons_erase_and_only_what_was_confirmed(
    session: Session, people: Officers, manager: Actor
) -> None:
    record = a_closed_record(session, manager)
    reviewed(session)
    review = review_of(session, people.first, record.reference)
    erase = "SELECT erase_record(:uid)"
    assert refused(session, erase, uid=review.uid) == "erasure_confirmed"
    change = "UPDATE retention_review SET version = version + 1, state = :to, {} WHERE uid = :uid"

    def step(actor: Actor, to: str, sets: str) -> str:
        set_viewer(session, actor.viewer)
        me = {"uid": review.uid, "me": actor.staff_id, "to": to}
        return refused(session, change.format(sets), **me)

    propose = "proposed_by = :me, proposed_at = now()"
    assert step(people.lead, "proposed", propose) == "retention_review_order"
    assert step(people.first, "confirmed", f"{propose}, confirmed_by = :me")
    services_propose(session, people.first, review)
    assert step(people.first, "confirmed", "confirmed_by = :me") == "retention_review_two_persons"
    assert step(people.second, "confirmed", "confirmed_by = :me, proposed_by = :me") != ""
    with pytest.raises(Refusal, match="another person"):
        services.confirm(session, people.first, review.uid, review.version + 1)
    set_viewer(session, people.lead.viewer)
    services.confirm(session, people.lead, review.uid, review.version + 1)
    set_viewer(session, people.first.viewer)
    assert [e.reference for e in queries.erasures(session)] == [record.reference]
    assert refused(session, erase, uid=review.uid) == "erasure_confirmed"


def services_propose(session: Session, officer: Actor, review: Any) -> None:
    """An officer proposes it."""
    set_viewer(session, officer.viewer)
    services.propose(session, officer, review.uid, review.version)


def confirming(session: Session, people: Officers, review: Any) -> str:
    """What the second officer is told."""
    set_viewer(session, people.second.viewer)
    try:
        with session.begin_nested():
            services.confirm(session, people.second, review.uid, review.version + 1)
    except Refusal as refusal:
        return refusal.sentence
    except IntegrityError as error:
        told = refusal_of(error)
        return told.sentence if told else str(error)
    return "done"


def test_nothing_is_erased_under_a_hold_on_the_record_or_on_anybody_in_it(
    session: Session, people: Officers
) -> None:
    case = a_case(session)
    set_viewer(session, case.manager.viewer)
    families.close_family(session, case.manager, case.id, reason="needs_met")
    reviewed(session)
    review = review_of(session, people.first, case.reference)
    services_propose(session, people.first, review)
    set_viewer(session, case.manager.viewer)
    number = session.scalars(
        text("SELECT nhs_number FROM person WHERE nhs_number IS NOT NULL AND id = ANY (:ids)"),
        {"ids": [member.person_id for member in case.members]},
    ).first()
    for wanted in (case.reference, str(number)):
        set_viewer(session, people.first.viewer)
        uid = services.place_hold(
            session,
            people.first,
            wanted,
            reason="Inquiry",
            reference="Q-1",
            look_again_on=clock.today() + timedelta(days=9),
        )
        assert "is held" in confirming(session, people, review)
        set_viewer(session, people.second.viewer)
        before = session.begin_nested()
        session.execute(
            text(
                "UPDATE retention_review SET state = 'confirmed', confirmed_by = :me,"
                " version = version + 1 WHERE uid = :uid"
            ),
            {"me": people.second.staff_id, "uid": review.uid},
        )
        assert refused(session, "SELECT erase_record(:uid)", uid=review.uid) == "erasure_held"
        before.rollback()
        set_viewer(session, people.first.viewer)
        [held] = queries.queue(session)
        assert held.held
        services.lift_hold(session, people.first, uid, 1, reason="Over")
    assert confirming(session, people, review) == "done"


def test_a_hold_is_an_officers_in_their_own_name(
    session: Session, people: Officers, manager: Actor
) -> None:
    record = a_closed_record(session, manager)
    place = """INSERT INTO legal_hold (family_id, subject, reason, reference, placed_by,
      look_again_on) VALUES (:family, 'x', 'x', 'x', :by, london_today() + 1)"""
    for actor, by in (
        (manager, manager),
        (people.lead, people.lead),
        (people.first, people.second),
    ):
        set_viewer(session, actor.viewer)
        assert "row-level security" in refused(session, place, family=record.id, by=by.staff_id)
    set_viewer(session, manager.viewer)
    for table in ("legal_hold", "retention_review", "erasure"):
        assert session.execute(text(f"SELECT FROM {table}")).all() == []


def test_what_was_opened_again_or_has_money_set_aside_is_not_erased(
    session: Session, people: Officers
) -> None:
    place = commissioning.a_place(session)
    commissioning.ask_and_decide(session, place, amount_pence=40_00)
    set_viewer(session, place.manager.viewer)
    families.close_family(session, place.manager, place.family.id, reason="needs_met")
    reviewed(session)
    review = review_of(session, people.first, place.family.reference)
    services_propose(session, people.first, review)
    assert "Money is still set aside" in confirming(session, people, review)
    set_viewer(session, place.manager.viewer)
    families.reopen_family(session, place.manager, place.family.id, reason="new_needs")
    assert "open again" in confirming(session, people, review)
    reviewed(session)
    set_viewer(session, people.first.viewer)
    assert queries.queue(session) == []


def test_a_page_that_is_no_longer_true_decides_nothing(
    session: Session, people: Officers, manager: Actor
) -> None:
    record = a_closed_record(session, manager)
    reviewed(session)
    review = review_of(session, people.first, record.reference)
    until = clock.today() + timedelta(days=90)
    services.keep(
        session, people.first, review.uid, review.version, until=until, reason="A claim may come"
    )
    for act in (services.propose, services.take_back, services.confirm):
        with pytest.raises(Stale):
            act(session, people.first, review.uid, review.version)
    reviewed(session)
    set_viewer(session, people.first.viewer)
    assert queries.queue(session) == []
