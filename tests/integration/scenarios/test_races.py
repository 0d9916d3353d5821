"""Many people at the same moment, each in a browser of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from keywork.commissioning import queries
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from keywork.ledger.queries import Balances
from tests.factories.commissioning import Place
from tests.integration.scenarios.conftest import NewPlace, SignIn, acts, ask, state, until_state
from tests.running import Running, until
from tests.visitor import Answer, Visitor

CROWD = 50


def test_two_managers_approve_at_the_same_moment(
    running: Running, new_place: NewPlace, sign_in: SignIn
) -> None:
    place = new_place()
    managers = (place.manager, place.second_manager)
    spend = ask(running, place, 185_00)
    until_state(running, spend, "waiting")
    visitors = [sign_in(manager.email) for manager in managers]
    pages = [visitor.get(f"/spends/{spend}/decide") for visitor in visitors]

    def approve(visitor: Visitor, page: Answer) -> Answer:
        return visitor.submit(page, button="approve")

    first, second = at_once(approve, visitors, pages)
    if first.path != "/approvals":
        first, second = second, first
    assert first.path == "/approvals"
    assert "Approved. The person who asked has been told." in first.text
    assert second.path == f"/spends/{spend}/decide"
    assert any(f"{m.name} has approved this already, on" in second.text for m in managers)
    assert state(running, spend) == "approved"
    assert acts(running, spend) == ["reserve", "approve"]


def test_fifty_ask_for_more_than_there_is(
    running: Running, new_place: NewPlace, sign_in: SignIn
) -> None:
    place = new_place(300_00)
    running.kill("worker")
    worker = sign_in(place.worker.email)
    windows = [worker.twin() for _ in range(CROWD)]
    address = f"/families/{place.family.reference}/money/new"
    form = worker.get(address)
    wish = a_wish(place)

    def send(window: Visitor, page: Answer) -> Answer:
        return window.submit(page, **wish)

    pages = at_once(lambda window, _: window.get(address), windows, [form] * CROWD)
    answers = at_once(send, windows, pages)
    accepted = [answer for answer in answers if answer.path.startswith("/spends/S-")]
    refused = [answer for answer in answers if answer.path == address]
    assert (len(accepted), len(refused)) == (30, 20)
    assert all("The purse has £0.00 available: ask for less" in page.text for page in refused)
    assert len({answer.path for answer in accepted}) == 30
    assert balances(running, place) == Balances(allocated=300_00, reserved=300_00)
    running.restart("worker")
    references = [answer.path.removeprefix("/spends/") for answer in accepted]
    until(lambda: all(state(running, reference) != "reserved" for reference in references))
    after = balances(running, place)
    assert (after.available, after.reserved + after.committed) == (0, 300_00)


def at_once(
    act: Callable[[Visitor, Answer], Answer], visitors: list[Visitor], pages: list[Answer]
) -> list[Answer]:
    """Have everybody do it, none before all are ready."""
    ready = Barrier(len(visitors))

    def start(visitor: Visitor, page: Answer) -> Answer:
        ready.wait()
        return act(visitor, page)

    with ThreadPoolExecutor(len(visitors)) as crowd:
        return list(crowd.map(start, visitors, pages))


def a_wish(place: Place) -> dict[str, object]:
    """Ten pounds for the family."""
    day = clock.today() + timedelta(days=3)
    return {
        "category": "household",
        "what": "Night light",
        "members": str(place.wish.member_ids[1]),
        "goal": str(place.wish.goal),
        "amount": "10",
        "paying": "card",
        "needed_by-day": str(day.day),
        "needed_by-month": str(day.month),
        "needed_by-year": str(day.year),
        "why": "Afraid of the dark",
    }


def balances(running: Running, place: Place) -> Balances:
    """What the place's purse holds."""
    with running.session() as session:
        set_viewer(session, place.lead.viewer)
        [purse] = queries.purses_to_ask(session, place.hub_id)
        return purse.balances
