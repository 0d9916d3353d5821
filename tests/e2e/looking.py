"""A careful look at a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from config.settings import ROOT

SCREENSHOTS = ROOT / "var" / "screenshots"
WIDEST = "document.documentElement.scrollWidth"


def look(page: Page, name: str) -> None:
    """Keep a picture, and find nothing wrong: by axe, or too wide for the window."""
    picture(page, name)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def picture(page: Page, name: str) -> None:
    """Keep a picture of a page that fits its window. Where scripts do not run, axe cannot look."""
    assert page.viewport_size
    width = page.viewport_size["width"]
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
    assert page.evaluate(WIDEST) <= width, f"{name} is wider than the window"


def fill_date(page: Page, group: str, day: str, month: str, year: str) -> None:
    """Type a date into its three boxes."""
    boxes = page.get_by_role("group", name=group)
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        boxes.get_by_label(label).fill(value)
