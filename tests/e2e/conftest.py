"""What a journey in a browser stands on: the running system, Chromium, and people to sign in."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.looking import SIZES
from tests.factories.accounts import PASSWORD
from tests.running import Running

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """This machine's own Chromium."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        missing = pytest.fail if os.environ.get("KEYWORK_REQUIRE_BROWSER") == "1" else pytest.skip
        missing(f"No browser on this machine: none of {', '.join(CHROMIUMS)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def new_window(chromium: Browser, running: Running) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browsers of their own for as many people as there are, of any width."""
    opened: list[BrowserContext] = []

    def open_one(width: int, *, scripts: bool = True) -> BrowserContext:
        context = chromium.new_context(
            base_url=running.base_url,
            viewport={"width": width, "height": SIZES[width]},
            java_script_enabled=scripts,
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def sign_in(new_window: Callable[..., BrowserContext]) -> SignIn:
    """Brings somebody to their first page, in a window of their own; on a phone if not said."""

    def sign_in(email: str, width: int = 320, *, scripts: bool = True) -> Page:
        page = new_window(width, scripts=scripts).new_page()
        page.goto("/")
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    return sign_in
