"""The one family record: a visit written up, and the plan begun."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from keywork.kernel import clock
from tests.e2e.looking import fill_date, look

VISIT = "First visit at home. Callum showed his drawings; Poppy stayed close to her mother."
GOAL = "Everyone sleeps through"


def opens_the_record(page: Page, family: str) -> None:
    """The key worker looks at every tab of the record."""
    page.goto("/")
    look(page, "key-worker-my-day")
    page.get_by_role("link", name=family).click()
    banner = page.get_by_role("region", name="Safe contact")
    expect(banner).to_contain_text("Text only. Do not leave messages.")
    look(page, "family-overview-new")
    for tab in ("Chronology", "People", "Plan", "Money"):
        page.get_by_role("navigation", name=f"Family {family}").get_by_role(
            "link", name=tab
        ).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(tab)
        expect(banner).to_be_visible()
        look(page, f"family-{tab.lower()}-new")


def writes_up_a_visit(page: Page, family: str) -> None:
    """One visit that concerned three members is one entry."""
    page.goto(f"/families/{family}/visits/new")
    yesterday = clock.today() - timedelta(days=1)
    fill_date(page, "When was it?", *f"{yesterday:%d %m %Y}".split())
    page.get_by_label("What time?").fill("2:30pm")
    page.get_by_label("How long did it last?").fill("50")
    for name in ("Callum", "Poppy", "Leanne"):
        page.get_by_role("checkbox", name=name, exact=False).first.check()
    page.get_by_role("checkbox", name="Seen alone").first.check()
    page.get_by_label("What happened?").fill(VISIT)
    look(page, "record-a-visit")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("The visit is in the chronology")
    entry = page.get_by_role("article").filter(has_text=VISIT)
    expect(entry).to_have_count(1)
    for name in ("Callum", "Poppy", "Leanne"):
        expect(entry).to_contain_text(name)
    look(page, "chronology-after-visit")


def starts_the_plan(page: Page, family: str) -> None:
    """Two needs, a goal in the family's words, an action with an owner and a date."""
    page.goto(f"/families/{family}/plan")
    adds_a_need(page, "Leanne", "Parental mental health: low mood or depression", "High")
    adds_a_need(page, "Poppy", "Housing: overcrowding", "Medium")
    page.get_by_role("button", name="Add a goal").click()
    page.get_by_label("What does the family want to be different?").fill(GOAL)
    page.get_by_role("checkbox", name="Leanne").check()
    page.get_by_role("checkbox", name="Poppy").check()
    page.get_by_label("Where are they now?").fill("3")
    look(page, "add-a-goal")
    page.get_by_role("button", name="Add goal").click()
    page.get_by_role("link", name="Add an action").click()
    page.get_by_label("What will be done?").fill("Put up blackout blinds")
    page.get_by_role("radio", name="Tom Okafor").check()
    due = clock.today() + timedelta(days=7)
    fill_date(page, "By when?", *f"{due:%d %m %Y}".split())
    look(page, "add-an-action")
    page.get_by_role("button", name="Add action").click()
    expect(page.get_by_role("main")).to_contain_text("Put up blackout blinds")
    look(page, "plan")


def adds_a_need(page: Page, member: str, need: str, severity: str) -> None:
    """One member's need."""
    page.get_by_role("button", name="Add a need").click()
    page.get_by_role("radio", name=member).check()
    page.get_by_label("What is the need?").select_option(label=need)
    page.get_by_role("radio", name=severity).check()
    page.get_by_role("radio", name="Everyone in the team").check()
    look(page, "add-a-need")
    page.get_by_role("button", name="Add need").click()
    shown = need.partition(": ")[2].capitalize()
    expect(page.get_by_role("main")).to_contain_text(shown)
