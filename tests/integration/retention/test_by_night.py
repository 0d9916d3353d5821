"""Which records come into the queue, who is told, and what goes by itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.alerts import queries as alerts
from keywork.alerts.services import raise_alert, resolve_alerts
from keywork.families import services as families
from keywork.handoffs import services as handoff_services
from keywork.kernel import clock
from keywork.kernel.errors import Refusal
from keywork.kernel.viewer import set_viewer
from keywork.retention import queries, services
from keywork.retention.services import reviewing
from tests.factories import handoffs
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.retention import (
    AT_ONCE,
    TASK,
    Officers,
    a_closed_record,
    erased,
    officers,
    review_of,
    reviewed,
)

LONG_AGO = date(2017, 5, 6)


@pytest.fixture
def people(session: Session) -> Officers:
    """Two officers and a service lead."""
    return officers(session)


@pytest.fixture
def manager(session: Session) -> Actor:
    """A hub manager."""
    return a_member_of_staff(session, "hub_manager", a_hub(session))


def in_queue(session: Session, people: Officers) -> list[str]:
    """The references in the queue."""
    set_viewer(session, people.first.viewer)
    return [review.reference for review in queries.queue(session)]


def told(session: Session, actor: Actor) -> list[str]:
    """The lines of somebody's open alerts."""
    set_viewer(session, actor.viewer)
    return [alert.line for alert in alerts.open_alerts(session, actor.staff_id)]


def test_a_record_comes_into_the_queue_once_and_leaves_it_when_it_is_opened_again(
    session: Session, people: Officers, manager: Actor
) -> None:
    due = a_closed_record(session, manager, "Rook", LONG_AGO)
    other = a_closed_record(session, manager, "Wren", LONG_AGO + timedelta(days=1))
    a_closed_record(session, manager, "Lark", date(2022, 1, 1))
    for _ in range(2):
        reviewed(session)
        assert in_queue(session, people) == [due.reference, other.reference]
        assert told(session, people.first) == [
            "2 records have been kept long enough. Decide what is erased"
        ]
    [review, _] = queries.queue(session)
    assert (review.due_on, review.because) == (
        date(2023, 5, 6),
        "6 years after the record was closed",
    )
    set_viewer(session, manager.viewer)
    families.reopen_family(session, manager, other.id, reason="new_needs")
    families.join_families(session, manager, other.id, due.id, reason="same_family")
    reviewed(session)
    assert in_queue(session, people) == []
    assert told(session, people.first) == told(session, people.lead) == []


def test_what_an_officer_keeps_comes_back_on_its_day(
    session: Session, people: Officers, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = a_closed_record(session, manager, "Rook", LONG_AGO)
    reviewed(session)
    review = review_of(session, people.first, due.reference)
    until = clock.today() + timedelta(days=30)
    for day in (clock.today(), clock.today() + timedelta(days=6 * 366)):
        with pytest.raises(Refusal, match="within 5 years"):
            services.keep(session, people.first, review.uid, 1, until=day, reason="x")
    services.keep(session, people.first, review.uid, 1, until=until, reason="A claim may come")
    reviewed(session)
    assert in_queue(session, people) == []
    monkeypatch.setattr(reviewing.clock, "today", lambda: until)
    reviewed(session)
    assert in_queue(session, people) == [due.reference]


def test_a_handoff_that_nobody_allocated_is_erased_with_those_it_names(
    session: Session, people: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "policy_on", lambda _day: AT_ONCE)
    set_viewer(session, people.first.viewer)
    place = handoffs.a_place(session)
    sent = handoffs.a_handoff(session, place)
    taken = handoffs.allocated(session, place, handoffs.a_handoff(session, place))
    reviewed(session)
    assert in_queue(session, people) == [sent.reference]
    erased(session, people, sent.reference)
    set_viewer(session, place.manager.viewer)
    left = session.scalars(text("SELECT reference FROM handoff")).all()
    assert left == [taken.reference]
    assert session.scalar(text("SELECT count(*) FROM handoff_person")) == 2


def test_drafts_and_alerts_go_when_they_are_old(
    session: Session, people: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = a_member_of_staff(session, "health_visitor", None)
    set_viewer(session, author.viewer)
    handoff_services.start(session, author, handoffs.two_people()[0])
    for subject in ("open", "resolved"):
        about: dict[str, Any] = {"kind": "test.kind", "subject": subject}
        who = [people.first.staff_id]
        raise_alert(session, **about, about_family_id=None, staff_ids=who, path="/", line="x")
    resolve_alerts(session, "test.kind", "resolved")

    def left() -> tuple[int, int]:
        set_viewer(session, author.viewer)
        drafts = session.scalar(text("SELECT count(*) FROM handoff_draft"))
        set_viewer(session, people.first.viewer)
        return drafts or 0, session.scalar(text("SELECT count(*) FROM alert")) or 0

    set_viewer(session, TASK)
    services.sweep(session)
    assert left() == (1, 2)
    monkeypatch.setattr(reviewing, "swept_after", lambda _what: timedelta(days=-1))
    set_viewer(session, TASK)
    services.sweep(session)
    assert left() == (0, 1)
