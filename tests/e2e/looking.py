"""A careful look at a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from config.settings import ROOT

SCREENSHOTS = ROOT / "var" / "screenshots"
SIZES = {1280: 900, 320: 640}
WIDEST = "document.documentElement.scrollWidth"


def look(page: Page, name: str) -> None:
    """Keep pictures of a page on a desk and on a phone, and find nothing wrong with either.

    Nothing wrong: by axe, or too wide for the window.
    """
    before = page.viewport_size
    assert before
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        picture(page, name)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"
    page.set_viewport_size(before)


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
