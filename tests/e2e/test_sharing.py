"""A parent agrees, then thinks better of it; what was shared and what was not is on one page."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories.families import a_case
from tests.running import Running


def test_consent_and_what_is_shared(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        case = a_case(session)
    page = sign_in(case.key_worker.email)
    page.goto(f"/families/{case.reference}/sharing")
    agree(page)
    decide_to_share(page)
    decide_not_to_share(page)
    page.get_by_role("link", name="Change Working together on the plan").click()
    group(page, "What is the answer?").get_by_label("Withdrawn").check()
    group(page, "Who decided?").get_by_label("Leah Marsh").check()
    page.get_by_label("By phone").check()
    page.get_by_label("Lawful basis").select_option("Consent")
    page.get_by_label("Everyone in the team").check()
    page.get_by_role("button", name="Save").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Withdrawn")
    page.get_by_text("Every answer about Leah Marsh").click()
    expect(main).to_contain_text("She wants one plan")
    look(page, "sharing")
    page.goto(f"/families/{case.reference}/chronology")
    expect(page.get_by_role("main")).to_contain_text("Not shared with Norbridge Police")


def agree(page: Page) -> None:
    """Leah Marsh agrees that we work together with the school."""
    page.get_by_role("button", name="Record consent").click()
    page.get_by_role("button", name="Save").click()
    look(page, "sharing-consent-empty")
    group(page, "Who is it about?").get_by_label("Leah Marsh").check()
    page.get_by_label("What is it for?").select_option("Working together on the plan")
    page.get_by_label("With which organisation?").fill("Mill Lane School")
    group(page, "What is the answer?").get_by_label("Given").check()
    group(page, "Who decided?").get_by_label("Leah Marsh").check()
    page.get_by_label("Face to face").check()
    page.get_by_label("Lawful basis").select_option("Consent")
    page.get_by_label("In their words").fill("She wants one plan for everybody")
    page.get_by_label("Everyone in the team").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="Mill Lane School")).to_contain_text("Given")


def decide_to_share(page: Page) -> None:
    """The school is told, with her consent."""
    what_is_asked(page, "To share", "School, nursery or college", "Mill Lane School")
    page.get_by_label("Lawful basis").select_option("Consent")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="Mill Lane School, Ms Okoro")).to_be_visible()


def decide_not_to_share(page: Page) -> None:
    """The police are not, and it must be said why."""
    what_is_asked(page, "Not to share", "Police", "Norbridge Police")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Write why").click()
    page.keyboard.type("They asked for her address and she is not safe if it gets out")
    look(page, "sharing-not")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="Norbridge Police")).to_contain_text("Not shared")


def what_is_asked(page: Page, decision: str, kind: str, organisation: str) -> None:
    """All of a decision but its basis and reason."""
    page.get_by_role("button", name="Record what was shared or not").click()
    page.get_by_label(decision, exact=True).check()
    group(page, "Who is it about?").get_by_label("Leah Marsh").check()
    page.get_by_label("Kind of organisation").select_option(kind)
    page.get_by_label("Organisation", exact=True).fill(organisation)
    page.get_by_label("Who there?").fill("Ms Okoro")
    page.get_by_label("What is it for?").select_option("Working together on the plan")
    page.get_by_label("What information?").fill("who works with the family")
    page.get_by_label("Everyone in the team").check()


def group(page: Page, name: str) -> Locator:
    """A question with several boxes."""
    return page.get_by_role("group", name=name)
