"""Writing a visit up: what is typed is kept, through a lost session too, until it is sent."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from keywork.plans import services as plans
from tests.e2e.conftest import SignIn
from tests.e2e.looking import fill_date, look, picture
from tests.factories.accounts import PASSWORD
from tests.factories.families import Case, a_case
from tests.factories.plans import a_goal, a_need, an_action
from tests.running import Running

STORY = "Ava showed me her room. She sleeps in her own bed now."
LATER = " Her mother is glad."
SAVED = re.compile(r"Saved (\d|midday|midnight)")


@pytest.fixture
def case(running: Running) -> Case:
    """A family with a goal and an action."""
    with running.session() as session:
        case = a_case(session)
        goal = a_goal(session, case, a_need(session, case, member=2))
        an_action(session, case, goal)
        set_viewer(session, case.specialist.viewer)
        plans.score_goal(session, case.specialist, case.id, goal, 4, version=0)
        return case


def test_a_visit_with_everything_in_it(running: Running, case: Case, sign_in: SignIn) -> None:
    page = sign_in(case.key_worker.email)
    page.goto(f"/families/{case.reference}/visits/new")
    expect(page.get_by_label("What did Ava say or show?")).to_be_hidden()
    look(page, "visit-empty")
    fills_in(page)
    expect(page.get_by_role("status")).to_have_text(SAVED)

    page.goto(f"/families/{case.reference}/chronology")
    page.goto(f"/families/{case.reference}/visits/new")
    expect(page.get_by_role("main")).to_contain_text("You began this on")
    expect(page.get_by_label("What happened?")).to_have_value(STORY)
    expect(page.get_by_label("What did Ava say or show?")).to_have_value("My own bed!")

    page.context.clear_cookies()
    page.get_by_label("What happened?").press("Control+End")
    page.get_by_label("What happened?").press_sequentially(LATER)
    expect(page.get_by_role("status")).to_contain_text("You are not signed in here any more")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("What happened?")).to_have_value(STORY + LATER)
    look(page, "visit-signed-out")
    signs_in_again(page, case)
    page.get_by_label("What happened?").press("Control+End")
    page.get_by_label("What happened?").press_sequentially("!")
    expect(page.get_by_role("status")).to_have_text(SAVED)
    look(page, "visit-filled-in")
    page.get_by_role("button", name="Save", exact=True).click()

    entry = page.get_by_role("article").filter(has_text=STORY + LATER + "!")
    expect(entry).to_contain_text("Saw Leah Marsh, Ava Marsh (alone)")
    expect(entry).to_contain_text("My own bed!")
    expect(entry).to_contain_text("Goal “Everyone sleeps” · Action: Order a cot")
    entry.get_by_role("button", name="Mark as significant").click()
    expect(entry.locator(".govuk-tag")).to_have_text("Significant")
    finds_it_again(page)
    page.goto(f"/families/{case.reference}/visits/new")
    expect(page.get_by_label("What happened?")).to_have_value("")
    page.goto(f"/families/{case.reference}/plan")
    expect(page.get_by_role("main")).to_contain_text("7 now")


def fills_in(page: Page) -> None:
    """A visit yesterday, about two people, a goal and an action."""
    yesterday = clock.today() - timedelta(days=1)
    fill_date(page, "When was it?", *f"{yesterday:%d %m %Y}".split())
    page.get_by_label("What time?").fill("2:30pm")
    page.get_by_label("How long did it last?").fill("50")
    about = page.get_by_role("group", name="Who was it about?")
    about.get_by_role("checkbox", name="Leah Marsh", exact=True).check()
    about.get_by_role("checkbox", name="Ava Marsh", exact=True).check()
    page.get_by_role("checkbox", name=re.compile("Seen alone.*Ava Marsh")).check()
    page.get_by_label("What did Ava say or show?").fill("My own bed!")
    page.get_by_role("checkbox", name="Everyone sleeps").check()
    page.get_by_label("Where are they now with “Everyone sleeps”?").fill("7")
    page.get_by_role("checkbox", name="Order a cot", exact=True).check()
    page.get_by_role("checkbox", name=re.compile("It is done.*Order a cot")).check()
    page.get_by_label("What happened?").press_sequentially(STORY)


def signs_in_again(page: Page, case: Case) -> None:
    """In another tab, by the link that the page offers."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in as yourself").click()
    tab = opened.value
    tab.get_by_label("Email address").fill(case.key_worker.email)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url(lambda url: "/sign-in" not in url)
    tab.close()


def finds_it_again(page: Page) -> None:
    """By what the child said, and takes the filter off."""
    page.get_by_text("Search and filter").click()
    page.get_by_label("Words").fill("own bed")
    page.get_by_label("About").select_option(label="Ava Marsh")
    page.get_by_role("checkbox", name="Significant only").check()
    look(page, "chronology-filter")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("article")).to_have_count(1)
    look(page, "chronology-filtered")
    page.get_by_role("link", name="Show everything").click()
    expect(page.get_by_role("article").nth(2)).to_be_visible()


def test_without_scripts_a_button_keeps_it(running: Running, case: Case, sign_in: SignIn) -> None:
    page = sign_in(case.key_worker.email, 320, scripts=False)
    page.goto(f"/families/{case.reference}/visits/new")
    about = page.get_by_role("group", name="Who was it about?")
    about.get_by_role("checkbox", name="Ava Marsh", exact=True).check()
    page.get_by_label("What did Ava say or show?").fill("My own bed!")
    page.get_by_label("What happened?").fill(STORY)
    page.get_by_role("button", name="Save and finish later").click()
    expect(page.get_by_role("main")).to_contain_text("Come back to this page to finish it")
    expect(page.get_by_label("What happened?")).to_have_value(STORY)
    expect(page.get_by_label("What did Ava say or show?")).to_have_value("My own bed!")
    picture(page, "plain-visit-kept")
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_label("What happened?")).to_have_value("")
