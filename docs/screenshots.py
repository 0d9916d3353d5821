"""Makes the README's pictures from a running keywork of its own: `python -m docs.screenshots`."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from config.settings import ROOT
from keywork.demo.people import PASSWORD, STAFF
from keywork.local.databases import DATABASE, OWNER
from keywork.local.run import KEYWORK
from keywork.local.stack import throwaway_stack
from tests.e2e.conftest import CHROMIUMS, FLAGS
from tests.migrate import migrate
from tests.running import run_keywork

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Load the demo, and take a picture of each of the two pages."""
    IMAGES.mkdir(exist_ok=True)
    with throwaway_stack(ROOT / "var" / "throw-away") as stack, tempfile.TemporaryDirectory() as at:
        migrate(stack.url(OWNER), "head")
        with run_keywork(Path(at), stack, DATABASE) as running, sync_playwright() as playwright:
            subprocess.run([*KEYWORK, "demo", "load"], env=running.env, check=True)  # noqa: S603
            found = next(filter(None, map(shutil.which, CHROMIUMS)))
            browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
            family(sign_in(browser, running.base_url, "key_worker", 1280, 980))
            decision(sign_in(browser, running.base_url, "hub_manager", 320, 1285))


def sign_in(browser: Browser, base_url: str, role: str, width: int, height: int) -> Page:
    """The first page of the demo's first person with this role."""
    person = next(person for person in STAFF if person.role == role)
    page = browser.new_page(viewport={"width": width, "height": height}, base_url=base_url)
    page.goto("/")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def family(page: Page) -> None:
    """A key worker's page of one family."""
    page.get_by_role("main").get_by_role("link", name="KW-").first.click()
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("heading", level=1, name="Overview").wait_for()
    page.screenshot(path=IMAGES / "family.png")


def decision(page: Page) -> None:
    """A request that waits for the hub manager, on her phone."""
    page.goto("/approvals")
    page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("button", name="Approve").wait_for()
    page.screenshot(path=IMAGES / "decide.png")


if __name__ == "__main__":
    main()
