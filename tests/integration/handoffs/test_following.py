"""Allocating, answering and following a handoff, in a browser."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families.queries import HELD_ELSEWHERE
from keywork.handoffs import services
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.auditing import audited
from tests.factories.families import a_case
from tests.factories.handoffs import (
    Place,
    a_handoff,
    a_place,
    accepted,
    allocated,
    seen_by,
    two_people,
)

Browse = Callable[[Actor], PageClient]


def posted(**values: Any) -> dict[str, Any]:
    """The values as a page sends them, once."""
    return {"submission": str(uuid4()), **values}


def test_the_queue_says_how_old_and_what_about(
    session: Session, place: Place, browse: Browse
) -> None:
    sent = a_handoff(session, place)
    shown = browse(place.manager).get("/allocation").text
    for said in ("Rosa Kettlewell", "Parental mental health", place.health_visitor.name, "today"):
        assert said in shown
    allocated(session, place, sent)
    shown = browse(place.manager).get("/allocation").text
    assert "Nothing is waiting to be allocated." in shown and place.key_worker.name in shown


def test_allocating_shows_who_has_room(session: Session, place: Place, browse: Browse) -> None:
    accepted(session, place, a_handoff(session, place))
    sent = a_handoff(session, place, [two_people()[0]])
    page = browse(place.manager)
    shown = page.get(f"/allocation/{sent.reference}").text
    assert "1 open family" in shown and "0 open families" in shown
    data = posted(version=sent.version, key_worker=place.second.staff_id)
    answer = page.post(f"/allocation/{sent.reference}", data=data)
    assert answer.location == "/allocation"
    assert page.post(f"/allocation/{sent.reference}", data=data).location == "/allocation"
    assert [step.stage for step in seen_by(session, place.manager, sent).steps] == [
        "sent",
        "allocated",
    ]


def test_a_match_must_be_attached_or_set_aside(
    session: Session, browse: Browse, place: Place
) -> None:
    case = a_case(session, hub_id=place.hub_id)
    elsewhere = a_case(session, "Winterbourne")
    known = case.members[3]
    there = elsewhere.members[3]
    people = [
        two_people()[0].__class__("Noah", "Marsh", None, known.nhs_number, "child"),
        two_people()[0].__class__("Noah", "Winterbourne", None, there.nhs_number, "child"),
    ]
    sent = a_handoff(session, place, people)
    page = browse(place.manager)
    address = f"/allocation/{sent.reference}"
    shown = page.get(address).text
    assert f"Attach to {case.reference}, Marsh" in shown and "same NHS number" in shown
    assert HELD_ELSEWHERE in shown
    for hidden in (elsewhere.reference, f"Hub {elsewhere.hub_id}"):
        assert hidden not in shown
    checked = re.search(r'name="key_worker"[^>]*value="(\d+)" checked', shown)
    assert checked and int(checked[1]) == case.key_worker.staff_id
    values = {"version": sent.version, "key_worker": case.key_worker.staff_id}
    assert "Choose a family, or a new record" in page.post(address, data=posted(**values)).text
    foreign = page.post(address, data=posted(**values, family=elsewhere.reference))
    assert "Choose one of the options" in foreign.text
    assert page.post(address, data=posted(**values, family=case.reference)).status_code == 303
    tracker = browse(place.health_visitor).get(f"/handoffs/{sent.reference}").text
    assert "We joined this to the record we hold" in tracker
    assert case.reference not in tracker and case.key_worker.name not in tracker


@pytest.mark.parametrize("chosen", ["", "0", "99999999", "x", "-1", "1e3"])
def test_only_a_key_worker_of_the_hub_can_be_chosen(
    session: Session, place: Place, browse: Browse, chosen: str
) -> None:
    sent = a_handoff(session, place)
    answer = browse(place.manager).post(
        f"/allocation/{sent.reference}", data=posted(version=sent.version, key_worker=chosen)
    )
    assert answer.status_code == 200 and "There is a problem" in answer.text


def test_two_managers_at_once(session: Session, place: Place, browse: Browse) -> None:
    sent = a_handoff(session, place)
    page = browse(place.manager)
    for worker, status in ((place.key_worker, 303), (place.second, 200)):
        data = posted(version=sent.version, key_worker=worker.staff_id)
        answer = page.post(f"/allocation/{sent.reference}", data=data)
        assert answer.status_code == status
    assert f"{place.manager.name} allocated this handoff to {place.key_worker.name}" in answer.text


def test_accepting_opens_the_family_and_the_author_sees_it(
    session: Session, place: Place, browse: Browse
) -> None:
    sent = allocated(session, place, a_handoff(session, place))
    address = f"/handoffs/{sent.reference}"
    tracker = browse(place.health_visitor).get(address).text
    assert place.key_worker.name not in tracker
    page = browse(place.key_worker)
    assert sent.title in page.get("/handoffs").text
    shown = page.get(address).text
    assert "Accept" in shown and "Nobody sleeps." in shown
    data = posted(version=sent.version)
    for _ in range(2):
        assert page.post(f"{address}/accept", data=data).location == address
    family = re.search(r'href="(/families/[^"]+)"', page.get(address).text)
    assert family and page.get(family[1]).status_code == 200
    tracker = browse(place.health_visitor).get(address).text
    assert f"by {place.key_worker.name}" in tracker and "KW-" not in tracker


def test_accepting_too_late_says_why(session: Session, place: Place, browse: Browse) -> None:
    sent = allocated(session, place, a_handoff(session, place))
    set_viewer(session, place.key_worker.viewer)
    services.give_back(
        session, place.key_worker, sent.reference, version=sent.version, reason="Full"
    )
    answer = browse(place.key_worker).post(
        f"/handoffs/{sent.reference}/accept", data=posted(version=sent.version)
    )
    assert answer.status_code == 200
    assert f"{place.key_worker.name} returned this handoff" in answer.text


def test_returning_needs_a_reason_that_the_author_never_sees(
    session: Session, place: Place, browse: Browse
) -> None:
    sent = allocated(session, place, a_handoff(session, place))
    address = f"/handoffs/{sent.reference}"
    page = browse(place.key_worker)
    for reason in ("", "x" * 1001):
        answer = page.post(f"{address}/return", data=posted(version=sent.version, reason=reason))
        assert answer.status_code == 200 and "There is a problem" in answer.text
    data = posted(version=sent.version, reason="She is my cousin.")
    assert page.post(f"{address}/return", data=data).location == "/handoffs"
    assert "She is my cousin." in browse(place.manager).get(f"/allocation/{sent.reference}").text
    tracker = browse(place.health_visitor).get(address).text
    assert "cousin" not in tracker and place.key_worker.name not in tracker


def test_handing_over_tells_the_author_what_came_of_it(
    session: Session, place: Place, browse: Browse
) -> None:
    taken = accepted(session, place, a_handoff(session, place))
    address = f"/handoffs/{taken.reference}"
    page = browse(place.key_worker)
    assert "Mark as handed over" in page.get(address).text
    empty = page.post(f"{address}/handed-over", data=posted(version=taken.version))
    assert "Write what the health visitor should hear" in empty.text
    data = posted(version=taken.version, message="They sleep.\nThank you.")
    assert page.post(f"{address}/handed-over", data=data).location == address
    tracker = browse(place.health_visitor).get(address).text
    assert "What came of it" in tracker and "They sleep." in tracker
    assert tracker.count("not yet") == 2


def test_strangers_find_nothing(session: Session, place: Place, browse: Browse) -> None:
    sent = allocated(session, place, a_handoff(session, place))
    other = a_place(session)
    pages = ["/handoffs/{}", "/handoffs/{}/return", "/handoffs/{}/handed-over", "/allocation/{}"]
    for someone in (other.manager, other.key_worker, other.health_visitor, place.second):
        page = browse(someone)
        for address in pages:
            assert page.get(address.format(sent.reference)).status_code in (403, 404)


def test_reading_is_audited(session: Session, place: Place, browse: Browse) -> None:
    sent = a_handoff(session, place)
    browse(place.health_visitor).get(f"/handoffs/{sent.reference}")
    browse(place.manager).get(f"/allocation/{sent.reference}")
    acts = [(e.viewer, e.act) for e in audited(session) if e.subject == sent.reference]
    assert acts == [
        (place.health_visitor.viewer, "handoff.send"),
        (place.health_visitor.viewer, "handoff.read"),
        (place.manager.viewer, "handoff.read"),
    ]
