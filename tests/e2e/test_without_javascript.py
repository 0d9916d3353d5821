"""Asking for money and deciding in a browser that runs no scripts: a reload shows the decision."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.looking import picture
from tests.e2e.money import fills_in
from tests.factories.commissioning import Place, a_place
from tests.running import Running, until

PHONE = 320
REASON = "The charity shop on Mill Lane has one for nothing"


def test_asking_and_declining(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        place = a_place(session)
    worker = sign_in(place.worker.email, PHONE, scripts=False)
    asks(worker, place)
    reloads_until(worker, "Waiting for the hub manager: because over your £100 limit")
    picture(worker, "plain-spend-waiting")

    manager = sign_in(place.manager.email, PHONE, scripts=False)
    declines(manager)

    reloads_until(worker, f"Declined by {place.manager.name}")
    expect(worker.get_by_role("main")).to_contain_text(REASON)
    picture(worker, "plain-spend-declined")
    worker.goto(f"/purses/{place.purse}")
    expect(worker.get_by_role("main")).to_contain_text("£1,000.00 available of £1,000.00")


def asks(page: Page, place: Place) -> None:
    """The key worker asks for £185."""
    fills_in(page, place.family.reference, "Ivo Marsh", "Single bed", "185")
    expect(page.locator("[data-live-from]")).to_contain_text("£1,000.00 left")
    picture(page, "plain-ask-for-money")
    page.get_by_role("button", name="Ask for money").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("£185.00: Single bed")


def declines(page: Page) -> None:
    """The hub manager declines, first forgetting to say why."""
    page.get_by_role("link", name="1 request").click()
    page.get_by_role("link", name="Single bed").click()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("main")).to_contain_text("Say why you decline it")
    picture(page, "plain-decide-error")
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("main")).to_contain_text("Declined. The person who asked has been told")


def reloads_until(page: Page, words: str) -> None:
    """Reload the page until it says this."""

    def says_so() -> bool:
        page.reload()
        return words in page.get_by_role("main").inner_text()

    until(says_so)
