"""Asking for money with nothing but a keyboard."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from keywork.kernel import clock
from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories.commissioning import a_place
from tests.running import Running

FOCUSED = "document.activeElement.name || document.activeElement.innerText.trim()"
ORDER = [
    "category",
    "what",
    "members",
    "members",
    "goal",
    "amount",
    "vat",
    "paying",
    "needed_by-day",
    "needed_by-month",
    "needed_by-year",
    "why",
    "Ask for money",
]


def test_a_form_without_a_mouse(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        place = a_place(session)
    page = sign_in(place.worker.email, 1280)
    page.goto(f"/families/{place.family.reference}/money/new")
    skips_to_the_form(page)
    page.locator("#what").press("Enter")
    mends_the_first_error(page)
    assert tabs_through(page) == ORDER
    fills_in(page)
    expect(page.locator("[data-live]")).to_contain_text("Approved")


def skips_to_the_form(page: Page) -> None:
    """The first Tab offers to skip the menu, and Enter does."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    look(page, "keyboard-skip-link")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("What kind of help is it?")).to_be_focused()


def mends_the_first_error(page: Page) -> None:
    """The summary has the focus, in the title too, and its first link leads to the first field."""
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(8)
    assert page.title().startswith("Error: Ask for money")
    look(page, "keyboard-errors")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What kind of help is it?")).to_be_focused()


def tabs_through(page: Page) -> list[str]:
    """What has the focus, from one Tab to the next, as far as the button."""
    passed = [page.evaluate(FOCUSED)]
    while passed[-1] != ORDER[-1] and len(passed) < 30:
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED))
    return passed


def fills_in(page: Page) -> None:
    """From the first field to the last, and Enter in one of them sends the form."""
    needed = clock.today() + timedelta(days=4)
    page.get_by_label("What kind of help is it?").focus()
    keys: list[tuple[str, str]] = [
        ("B", ""),
        ("", "Cot and blinds"),
        (" ", ""),
        ("", ""),
        (" ", ""),
        ("", "85"),
        ("", ""),
        (" ", ""),
        *(("", part) for part in f"{needed:%d %m %Y}".split()),
        ("", "She sleeps in the buggy"),
    ]
    for key, text in keys:
        if key:
            page.keyboard.press(key)
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.locator("#what").press("Enter")
