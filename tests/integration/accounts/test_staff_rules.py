"""What the database refuses about staff, posts and cover, tried as the application's own role."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from keywork.accounts import queries
from keywork.accounts.policy import Actor
from keywork.kernel import clock
from keywork.kernel.viewer import PUBLIC, Viewer, set_viewer, system_task
from tests.factories import commissioning
from tests.factories.accounts import a_hub, a_member_of_staff, as_accounts

GIVE = "INSERT INTO post (staff_id, role, hub_id) VALUES (:staff, :role, :hub)"
LEAVE = "UPDATE staff SET active = false WHERE id = :staff"
END = "UPDATE post SET ended_on = london_today() WHERE staff_id = :staff"
COVER = """INSERT INTO cover (absent_id, cover_id, ended_on, reason, arranged_by)
  VALUES (:absent, :cover, london_today() + 5, 'Leave', viewer_staff_id())"""


def refused(session: Session, viewer: Viewer, statement: str, **values: object) -> bool:
    """Whether the database lets this viewer do it to no row at all; nothing is left of it."""
    with session.begin_nested() as attempt:
        set_viewer(session, viewer)
        try:
            done = session.execute(text(statement), values).rowcount  # type: ignore[attr-defined]
        except (IntegrityError, ProgrammingError):
            done = 0
        attempt.rollback()
    return not done


class Hub:
    """A hub, who works there, and somebody of another."""

    def __init__(self, session: Session) -> None:
        self.id, self.other = a_hub(session), a_hub(session)
        self.manager, self.worker, self.peer = (
            a_member_of_staff(session, role, self.id)
            for role in ("hub_manager", "key_worker", "hub_manager")
        )
        self.stranger = a_member_of_staff(session, "key_worker", self.other)
        self.lead = a_member_of_staff(session, "service_lead", None)


@pytest.fixture
def hub(session: Session) -> Hub:
    """A hub at work."""
    return Hub(session)


def test_nobody_reads_colleagues_without_being_one(session: Session, hub: Hub) -> None:
    counted = text("SELECT (SELECT count(*) FROM staff) + (SELECT count(*) FROM post)")
    assert session.scalar(counted) == 0
    set_viewer(session, PUBLIC)
    assert session.scalar(counted) == 0
    for viewer in (hub.stranger.viewer, system_task("alerts")):
        set_viewer(session, viewer)
        assert session.scalar(counted)


@pytest.mark.parametrize("who", ["worker", "stranger", "manager", "lead"])
def test_nobody_gives_themselves_a_post_or_ends_their_own(
    session: Session, hub: Hub, who: str
) -> None:
    actor: Actor = getattr(hub, who)
    for role, at in (("service_lead", None), ("hub_manager", hub.id), ("specialist", hub.id)):
        given = {"staff": actor.staff_id, "role": role, "hub": at}
        assert refused(session, actor.viewer, GIVE, **given)
    assert refused(session, actor.viewer, END, staff=actor.staff_id)
    assert refused(session, actor.viewer, LEAVE, staff=actor.staff_id)


def test_a_manager_gives_only_what_is_hers_to_give(session: Session, hub: Hub) -> None:
    def may(role: str, at: int | None, actor: Actor = hub.manager) -> bool:
        given = {"staff": hub.stranger.staff_id, "role": role, "hub": at}
        return not refused(session, actor.viewer, GIVE, **given)

    assert [r for r in ("key_worker", "specialist", "health_visitor") if not may(r, hub.id)] == []
    assert not may("specialist", hub.other)
    assert not may("specialist", None)
    above = ("hub_manager", "service_lead", "finance", "information_officer")
    assert [role for role in above if may(role, hub.id if role == "hub_manager" else None)] == []
    assert [r for r in above if not may(r, hub.id if r == "hub_manager" else None, hub.lead)] == []
    assert not may("specialist", hub.id, hub.worker)


def test_a_manager_ends_the_accounts_only_of_those_under_her(session: Session, hub: Hub) -> None:
    def may(actor: Actor) -> bool:
        return not refused(session, hub.manager.viewer, LEAVE, staff=actor.staff_id)

    assert may(hub.worker)
    assert not any(map(may, (hub.stranger, hub.peer, hub.lead)))
    with as_accounts(session):
        values = {"staff": hub.worker.staff_id, "role": "specialist", "hub": hub.other}
        session.execute(text(GIVE), values)
    assert not may(hub.worker), "works elsewhere too"


def test_a_post_ends_once_and_is_never_deleted(session: Session, hub: Hub) -> None:
    accounts, whose = system_task("accounts"), {"staff": hub.worker.staff_id}
    again = "UPDATE post SET ended_on = NULL WHERE staff_id = :staff"
    assert not refused(session, accounts, again, **whose)
    with as_accounts(session):
        session.execute(text(END), whose)
    other = "UPDATE post SET role = 'specialist' WHERE staff_id = :staff"
    for statement in (again, END, other, "DELETE FROM post WHERE staff_id = :staff"):
        assert refused(session, accounts, statement, **whose)


def test_hubs_and_council_accounts_are_for_accounts_alone(session: Session, hub: Hub) -> None:
    new_hub = "INSERT INTO hub (code, name, postcode_districts) VALUES ('X', 'X', '{}')"
    link = "INSERT INTO staff_identity (staff_id, issuer, subject) VALUES (:staff, 'i', 's')"
    for viewer in (hub.lead.viewer, hub.manager.viewer, system_task("alerts"), PUBLIC):
        assert refused(session, viewer, new_hub)
        assert refused(session, viewer, link, staff=hub.worker.staff_id)
        assert refused(session, viewer, "UPDATE hub SET name = 'Y'")
    assert not refused(session, system_task("accounts"), link, staff=hub.worker.staff_id)


def test_cover_is_arranged_by_whoever_answers_for_the_absent(session: Session, hub: Hub) -> None:
    def may(actor: Actor, absent: Actor, cover: Actor) -> bool:
        values = {"absent": absent.staff_id, "cover": cover.staff_id}
        return not refused(session, actor.viewer, COVER, **values)

    assert may(hub.manager, hub.worker, hub.peer)
    assert may(hub.manager, hub.manager, hub.worker)
    assert may(hub.lead, hub.stranger, hub.worker)
    assert not may(hub.manager, hub.stranger, hub.worker)
    assert not may(hub.manager, hub.lead, hub.worker)
    assert not may(hub.worker, hub.worker, hub.stranger)
    assert not may(hub.manager, hub.worker, hub.manager), "not for herself to stand in"
    with as_accounts(session):
        session.execute(text(LEAVE), {"staff": hub.stranger.staff_id})
    assert not may(hub.manager, hub.worker, hub.stranger), "a leaver"


def test_cover_is_only_made_shorter(session: Session, hub: Hub) -> None:
    set_viewer(session, hub.manager.viewer)
    values = {"absent": hub.manager.staff_id, "cover": hub.worker.staff_id}
    session.execute(text(COVER), values)
    set_viewer(session, hub.worker.viewer)
    acting = queries.actor(session, hub.worker.staff_id)
    assert acting and acting.managed_hub_ids == {hub.id}
    assert [absent.last_day for absent in acting.stands_in] == [clock.today() + timedelta(days=4)]
    longer = "UPDATE cover SET ended_on = ended_on + 1"
    for viewer in (hub.worker.viewer, hub.manager.viewer, hub.lead.viewer):
        assert refused(session, viewer, longer)
    assert refused(session, hub.stranger.viewer, "UPDATE cover SET ended_on = london_today()")
    assert not refused(session, hub.manager.viewer, "UPDATE cover SET ended_on = london_today()")


def test_whoever_stands_in_decides_nothing_that_the_absent_asked_for(session: Session) -> None:
    place = commissioning.a_place(session)
    stand_in = a_member_of_staff(session, "key_worker", place.hub_id)
    asked = commissioning.ask(session, place, place.manager, amount_pence=185_00)
    spend = commissioning.decide(session, asked)
    assert spend.decider_role == "hub_manager"
    set_viewer(session, place.manager.viewer)
    session.execute(text(COVER), {"absent": place.manager.staff_id, "cover": stand_in.staff_id})
    decide = """UPDATE spend SET state = 'approved', decided_by = viewer_staff_id(),
      decided_at = now(), version = version + 1 WHERE reference = :reference"""
    assert refused(session, stand_in.viewer, decide, reference=spend.reference)
    assert not refused(session, place.second_manager.viewer, decide, reference=spend.reference)
    set_viewer(session, place.lead.viewer)
    session.execute(
        text(COVER), {"absent": place.second_manager.staff_id, "cover": stand_in.staff_id}
    )
    assert not refused(session, stand_in.viewer, decide, reference=spend.reference)
