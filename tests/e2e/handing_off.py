"""Handing a family off, allocating it, accepting it, and hearing what came of it."""

from playwright.sync_api import Page, expect

from tests.e2e.looking import fill_date, look
from tests.e2e.town import Town

WORRY = "Leanne sleeps four hours and cries most days."


def hands_off(page: Page, town: Town) -> str:
    """The health visitor hands a family off; returns the handoff's reference."""
    expect(page.get_by_role("heading", level=1)).to_have_text("My handoffs")
    look(page, "handoffs-mine-empty")
    page.get_by_role("button", name="Hand off a family").click()
    look(page, "handoff-people-first")
    adds(page, "Child", "Callum", town.surname, ("9", "8", "2020"))
    page.get_by_role("button", name="Save and add someone else").click()
    adds(page, "Child", "Poppy", town.surname, ("14", "2", "2024"))
    page.get_by_role("button", name="Save and add someone else").click()
    adds(page, "Parent or carer", "Leanne", town.surname, ("3", "6", "1997"))
    look(page, "handoff-people")
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("Domestic abuse").check()
    page.get_by_label("Parental mental health").check()
    page.get_by_label("What is happening?").fill(WORRY)
    page.get_by_label("What has been tried").fill("Three listening visits; she keeps them.")
    look(page, "handoff-why")
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("Text", exact=True).check()
    page.get_by_label("Anything else to know").fill("Before 3pm only")
    page.get_by_label("Phone number and address").fill("07700 900123, 4 Mill Lane")
    page.get_by_label("Yes, a parent agreed").check()
    page.get_by_label("Postcode").fill(town.postcode)
    look(page, "handoff-contact")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("main")).to_contain_text(f"Norbridge {town.number}")
    look(page, "handoff-check")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("main")).to_contain_text("Your handoff has been sent")
    look(page, "handoff-sent")
    return page.url.rpartition("/")[2]


def adds(page: Page, role: str, given: str, family: str, born: tuple[str, str, str]) -> None:
    """Describe one person."""
    page.get_by_role("radio", name=role, exact=True).check()
    page.get_by_label("First name").fill(given)
    page.get_by_label("Last name").fill(family)
    fill_date(page, "Date of birth", *born)


def allocates(page: Page, handoff: str) -> None:
    """The hub manager sees it waiting, sees who has room, and allocates it."""
    expect(page.get_by_role("main")).to_contain_text("1 handoff to allocate")
    look(page, "hub-manager-start")
    page.get_by_role("link", name="1 handoff", exact=True).click()
    look(page, "allocation")
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text(WORRY)
    tom = page.get_by_role("radio", name="Tom Okafor")
    expect(tom).to_have_accessible_description("0 open families")
    look(page, "allocate")
    tom.check()
    page.get_by_role("button", name="Allocate").click()
    expect(page.get_by_role("main")).to_contain_text(f"{handoff} is waiting for its key worker")


def accepts(page: Page, handoff: str) -> str:
    """The key worker accepts; returns the family's reference."""
    expect(page.get_by_role("main")).to_contain_text("A handoff is waiting for your answer")
    look(page, "key-worker-start")
    page.get_by_role("link", name="A handoff is waiting for your answer").click()
    expect(page.get_by_role("main")).to_contain_text(WORRY)
    look(page, "handoff-to-answer")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("main")).to_contain_text("key worker now")
    look(page, "handoff-accepted")
    link = page.get_by_role("main").get_by_role("link").filter(has_text="KW-").first
    return link.inner_text()


def sees_it_accepted(page: Page, handoff: str) -> None:
    """The health visitor sees who has the family now."""
    page.goto(f"/handoffs/{handoff}")
    expect(page.get_by_role("main")).to_contain_text("Accepted by Tom Okafor")
    look(page, "tracker-accepted")


def tells_what_came_of_it(page: Page, handoff: str) -> None:
    """The key worker writes what the health visitor should hear."""
    page.goto(f"/handoffs/{handoff}")
    page.get_by_role("button", name="Mark as handed over").click()
    page.get_by_label("What came of it?").fill("They have a cot, and sleep better.")
    look(page, "hand-over")
    page.get_by_role("button", name="Mark as handed over").click()
    expect(page.get_by_role("main")).to_contain_text("The health visitor can see this now")


def sees_what_came_of_it(page: Page, handoff: str) -> None:
    """The health visitor reads it, and nothing of money or visits."""
    page.goto("/handoffs")
    look(page, "handoffs-mine")
    page.get_by_role("main").get_by_role("link", name="Callum").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("They have a cot, and sleep better.")
    for private in ("£", "blackout", "Callum showed his drawings"):
        expect(main).not_to_contain_text(private)
    look(page, "tracker-handed-over")
