"""How a family is related: said person by person, then seen as a picture."""

from datetime import date

from playwright.sync_api import Page, expect

from keywork.families import queries, services
from keywork.families.services import NewPerson
from keywork.kernel.viewer import set_viewer
from tests.e2e.conftest import SignIn
from tests.e2e.looking import fill_date, look
from tests.factories.families import Case, a_case
from tests.factories.places import ELM_ROAD, lives_at
from tests.factories.relationships import related
from tests.running import Running

SURNAME = "Treloar"
"""Of families that no other journey knows."""


def a_family(running: Running, surname: str) -> Case:
    """A father who lives elsewhere, a mother with their children, and her mother: all but said."""
    with running.session() as session:
        case = a_case(session, surname)
        set_viewer(session, case.key_worker.viewer)
        grandmother = NewPerson("Rose", surname, date(1968, 2, 1), None, "relative", sex="female")
        services.add_members(session, case.key_worker, case.id, [grandmother])
        lives_at(session, case, ELM_ROAD, "Leah", "Ava", "Noah")
        family = queries.family(session, case.reference)
        tom, leah, ava, noah = case.members
        for parent, child in ((tom, ava), (tom, noah), (leah, noah)):
            related(session, case.key_worker, family, parent, "birth_parent", child)
    return case


def test_a_family_is_related_and_drawn(running: Running, sign_in: SignIn) -> None:
    case = a_family(running, SURNAME)
    page = sign_in(case.key_worker.email)
    opens(page, case, "Leah")
    relates(page, f"Ava {SURNAME}", "Child by birth")
    relates(page, f"Rose {SURNAME}", "Parent by birth")
    relates(page, f"Tom {SURNAME}", "Husband or wife")
    look(page, "person-relationships")
    separates(page, SURNAME)

    page.goto(f"/families/{case.reference}/people")
    page.get_by_role("link", name="Family tree").click()
    look(page, "tree")
    assert_no_small_text(page)
    follows_a_symbol_by_keyboard(page)


def opens(page: Page, case: Case, name: str) -> None:
    """Go to somebody's page."""
    page.goto(f"/families/{case.reference}/people")
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def relates(page: Page, who: str, what: str) -> None:
    """Say what somebody else is to this person."""
    page.get_by_role("link", name="Add a relationship").click()
    page.get_by_label("Who is related?").select_option(label=who)
    page.get_by_label("What are they to").select_option(label=what)
    if what == "Husband or wife":
        look(page, "add-relationship")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table", name="Relationships")).to_contain_text(who)


def separates(page: Page, surname: str) -> None:
    """Say since when a couple lives apart."""
    page.get_by_role("link", name=f"Change spouse Tom {surname}").click()
    fill_date(page, "When did they separate?", "1", "5", "2026")
    look(page, "change-relationship")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table", name="Relationships")).to_contain_text("Spouse, separated")


def assert_no_small_text(page: Page) -> None:
    """The picture scrolls where there is no room, instead of shrinking."""
    letters = page.locator(".app-tree text").first.bounding_box()
    assert letters and letters["height"] >= 11
    picture = page.locator(".app-tree svg")
    assert (picture.bounding_box() or {})["width"] >= float(picture.get_attribute("width") or 0)


def follows_a_symbol_by_keyboard(page: Page) -> None:
    """From the picture as a whole, Tab leads to each symbol, and Enter to the person."""
    page.get_by_role("region", name="Family tree").focus()
    names = []
    for _ in range(5):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert any(name.startswith("Ava ") and ", 7 years, child of" in name for name in names), names
    look(page, "tree-focused")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tre")
