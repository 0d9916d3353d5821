"""Who may read and change which handoff is the database's to say: plain SQL as its own role."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.families import services as families
from keywork.handoffs import queries, services
from keywork.handoffs.queries import HandoffView
from keywork.kernel.viewer import PUBLIC, Viewer, set_viewer, system_task
from tests.factories.handoffs import (
    Place,
    a_handoff,
    a_place,
    accepted,
    allocated,
    seen_by,
    two_people,
)

COUNTS = text(
    "SELECT (SELECT count(*) FROM handoff), (SELECT count(*) FROM handoff_person),"
    " (SELECT count(*) FROM handoff_stage)"
)
NOTHING = (0, 0, 0)


def seen(session: Session, viewer: str) -> tuple[int, int, int]:
    """How many handoffs, people and stages this viewer gets."""
    set_viewer(session, Viewer(viewer))
    found = session.execute(COUNTS).one()
    return (found[0], found[1], found[2])


def test_author_and_manager_see_it_and_the_key_worker_once_it_is_his(
    session: Session, place: Place
) -> None:
    sent = a_handoff(session, place)
    assert seen(session, place.health_visitor.viewer) == (1, 2, 1)
    assert seen(session, place.manager.viewer) == (1, 2, 1)
    assert seen(session, place.key_worker.viewer) == NOTHING
    allocated(session, place, sent)
    assert seen(session, place.key_worker.viewer) == (1, 2, 2)


def test_nobody_else_sees_anything(session: Session, place: Place) -> None:
    allocated(session, place, a_handoff(session, place))
    other = a_place(session)
    strangers = [place.second, other.manager, other.key_worker, other.health_visitor]
    viewers = [stranger.viewer for stranger in strangers]
    for viewer in (
        *viewers,
        PUBLIC,
        system_task("handoffs"),
        system_task("families"),
        "",
        "staff:",
    ):
        assert seen(session, viewer) == NOTHING
    session.execute(text("SELECT set_config('keywork.viewer', '', true)"))
    assert tuple(session.execute(COUNTS).one()) == NOTHING


def test_a_team_member_sees_the_family_and_not_the_handoff(session: Session, place: Place) -> None:
    taken = accepted(session, place, a_handoff(session, place))
    families.join_team(session, taken.family_id or 0, place.second.staff_id, "specialist")
    assert seen(session, place.second.viewer) == NOTHING


def test_a_draft_is_its_authors_alone(session: Session, place: Place) -> None:
    author = place.health_visitor
    set_viewer(session, author.viewer)
    uid = services.start(session, author, two_people()[0])
    rows = text("SELECT count(*) FROM handoff_draft WHERE uid = :uid")
    assert session.scalar(rows, {"uid": uid}) == 1
    for viewer in (place.manager.viewer, a_place(session).health_visitor.viewer, PUBLIC):
        set_viewer(session, viewer)
        assert session.scalar(rows, {"uid": uid}) == 0
        changed = session.execute(text("UPDATE handoff_draft SET data = '{}'"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]


REFUSED = {
    "forged author": (
        "health_visitor",
        "INSERT INTO handoff (reference, author_id, hub_id, consent)"
        " SELECT 'H-FORGED', :manager, hub_id, 'agreed' FROM handoff WHERE id = :id",
    ),
    "sent already accepted": (
        "health_visitor",
        "INSERT INTO handoff (reference, author_id, hub_id, consent, stage, key_worker_id,"
        " family_id) SELECT 'H-FORGED', author_id, hub_id, 'agreed', 'accepted', :key_worker, 1"
        " FROM handoff WHERE id = :id",
    ),
    "other words": ("manager", "UPDATE handoff SET why = 'x', version = 2 WHERE id = :id"),
    "another hub": ("manager", "UPDATE handoff SET hub_id = 0, version = 2 WHERE id = :id"),
    "a step nobody takes": (
        "key_worker",
        "UPDATE handoff SET stage = 'handed_over', version = version + 1 WHERE id = :id",
    ),
    "an answer that is not theirs": (
        "manager",
        "UPDATE handoff SET stage = 'accepted', version = version + 1 WHERE id = :id",
    ),
    "back to the start": (
        "manager",
        "UPDATE handoff SET stage = 'sent', version = version + 1 WHERE id = :id",
    ),
    "without its version": ("manager", "UPDATE handoff SET stage = 'allocated' WHERE id = :id"),
    "another family": (
        "manager",
        "UPDATE handoff SET stage = 'allocated', version = version + 1, family_id = family_id + 1"
        " WHERE id = :id",
    ),
    "one more person": (
        "key_worker",
        "INSERT INTO handoff_person (handoff_id, given_name, family_name, role)"
        " VALUES (:id, 'A', 'B', 'child')",
    ),
    "a stage it has not reached": (
        "health_visitor",
        "INSERT INTO handoff_stage (handoff_id, stage, recorded_by, key_worker_id)"
        " VALUES (:id, 'accepted', current_setting('keywork.viewer'), :key_worker)",
    ),
    "a stage in another's name": (
        "manager",
        "INSERT INTO handoff_stage (handoff_id, stage, recorded_by, key_worker_id)"
        " VALUES (:id, 'allocated', 'staff:0', :key_worker)",
    ),
    "history": ("manager", "UPDATE handoff_stage SET recorded_at = now() WHERE handoff_id = :id"),
    "no history": ("manager", "DELETE FROM handoff_stage WHERE handoff_id = :id"),
    "gone": ("manager", "DELETE FROM handoff WHERE id = :id"),
    "a message by hand": (
        "health_visitor",
        "INSERT INTO handoff (reference, author_id, hub_id, consent, message_id)"
        " SELECT 'H-FORGED', author_id, hub_id, 'agreed', 'm' FROM handoff WHERE id = :id",
    ),
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_the_database_refuses(session: Session, place: Place, attempt: str) -> None:
    waiting = allocated(session, place, a_handoff(session, place))
    who, statement = REFUSED[attempt]
    set_viewer(session, getattr(place, who).viewer)
    values = {
        "id": waiting.id,
        "manager": place.manager.staff_id,
        "key_worker": place.key_worker.staff_id,
    }
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement), values)


def test_a_message_may_be_stored_by_the_intake_alone(session: Session, place: Place) -> None:
    statement = text(
        "INSERT INTO handoff (reference, hub_id, consent, message_id)"
        " VALUES ('H-MESSAGE', :hub, 'not_stated', 'm-1')"
    )
    for viewer in (place.health_visitor.viewer, system_task("alerts"), PUBLIC):
        set_viewer(session, Viewer(viewer))
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(statement, {"hub": place.hub_id})
    set_viewer(session, system_task("handoffs"))
    session.execute(statement, {"hub": place.hub_id})


def milestones(session: Session, handoff: HandoffView) -> list[str]:
    """The names of what the tracker gives a date."""
    return [m.name for m in queries.tracker(session, handoff) if m.at]


def test_the_tracker_says_that_and_when_and_nothing_else(session: Session, place: Place) -> None:
    author = place.health_visitor
    taken = accepted(session, place, a_handoff(session, place))
    before = ["Sent", "Allocated to a key worker", "Accepted"]
    family_id = taken.family_id or 0
    assert milestones(session, seen_by(session, author, taken)) == before
    set_viewer(session, place.key_worker.viewer)
    families.record_entry(
        session, family_id=family_id, kind="visit", text="hidden", visibility="protected"
    )
    assert milestones(session, seen_by(session, author, taken)) == before
    set_viewer(session, place.key_worker.viewer)
    families.record_entry(session, family_id=family_id, kind="visit", text="seen")
    assert milestones(session, seen_by(session, author, taken)) == [*before, "First visit"]
    assert session.scalar(text("SELECT count(*) FROM entry")) == 0


def test_nobody_else_learns_the_dates(session: Session, place: Place) -> None:
    taken = accepted(session, place, a_handoff(session, place))
    families.record_entry(session, family_id=taken.family_id or 0, kind="visit", text="seen")
    dates = text("SELECT first_visit FROM handoff_milestones(:id)")
    for viewer in (a_place(session).health_visitor.viewer, PUBLIC, system_task("handoffs")):
        set_viewer(session, Viewer(viewer))
        assert session.scalar(dates, {"id": taken.id}) is None
