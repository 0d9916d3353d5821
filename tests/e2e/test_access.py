"""A record is opened in an emergency; a colleague knows a family; the next key worker reads on."""

from playwright.sync_api import Page, expect

from keywork.accounts.policy import Actor
from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories import commissioning
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.families import Case, a_case
from tests.running import Running


def test_an_emergency(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        commissioning.services.load_policy(session, commissioning.POLICY)
        case = a_case(session, "Rushden")
        stranger = a_member_of_staff(session, "key_worker", a_hub(session))
    page = sign_in(stranger.email)
    page.goto("/find")
    page.get_by_label("Name, date of birth").fill("Ava Rushden 2/8/2019")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("a record of this person that you cannot open")
    look(page, "emergency-found")
    page.get_by_role("button", name="Open in an emergency").click()
    page.get_by_role("button", name="Open the record").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose why it cannot wait")
    page.get_by_role("radio", name="A child is missing").check()
    page.get_by_label("What is happening?").fill("Ava did not come home from school")
    look(page, "emergency-ask")
    page.get_by_role("button", name="Open the record").click()
    banner = page.get_by_role("region", name="Emergency")
    expect(banner).to_contain_text("You opened this record in an emergency. It closes at")
    look(page, "emergency-open")
    managed(sign_in(case.manager.email), stranger)
    page.get_by_role("button", name="Close it now").click()
    expect(page.get_by_role("main")).to_contain_text(f"You have closed {case.reference}.")
    page.goto(f"/families/{case.reference}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    page.goto(f"/families/{case.reference}/emergency")
    expect(page.get_by_label("Whose record do you need?")).to_have_value(case.reference)


def managed(page: Page, stranger: Actor) -> None:
    """The manager is told, and says whether it was justified."""
    page.goto("/alerts")
    page.get_by_role("link", name="A record was opened in an emergency").click()
    expect(page.get_by_role("main")).to_contain_text("Ava did not come home from school")
    page.get_by_role("radio", name="Yes").check()
    page.get_by_label("What did you find?").fill("She was found at a friend's")
    look(page, "emergency-check")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text(stranger.name)
    look(page, "emergencies")


def test_knowing_a_family(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        commissioning.services.load_policy(session, commissioning.POLICY)
        case = a_case(session, "Oundle")
        newcomer = a_member_of_staff(session, "key_worker", case.hub_id)
    worker = sign_in(case.key_worker.email)
    worker.goto(f"/families/{case.reference}/team")
    worker.get_by_role("link", name="I know this family").click()
    worker.get_by_role("checkbox", name="Tom Oundle").check()
    worker.get_by_label("How do you know them?").fill("He is my cousin")
    look(worker, "conflict-say")
    worker.get_by_role("button", name="Close the record to me").click()
    expect(worker.get_by_role("main")).to_contain_text("The record is closed to you.")
    expect(worker.get_by_role("main")).to_contain_text("No families yet.")
    manager = sign_in(case.manager.email)
    chooses_another(manager, case, newcomer)
    closes_it_to_another_and_lifts(manager, case)


def chooses_another(page: Page, case: Case, newcomer: Actor) -> None:
    """The manager gives the family another key worker, who reads on."""
    page.goto("/alerts")
    expect(page.get_by_role("main")).to_contain_text("A colleague has a conflict of interest")
    page.get_by_role("link", name="A family has no key worker").click()
    page.get_by_role("radio", name=newcomer.name).check()
    page.get_by_role("checkbox", name="May read what was protected for").check()
    page.get_by_label("Why?").fill("A relative")
    look(page, "key-worker-reads")
    page.get_by_role("button", name="Change key worker").click()
    expect(page.get_by_role("main")).to_contain_text("Who reads what was protected for others")
    look(page, "team-reads")
    page.get_by_role("link", name=f"End {newcomer.name} reading for").click()
    look(page, "team-reads-end")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("main")).not_to_contain_text("Who reads what was protected for others")


def closes_it_to_another_and_lifts(page: Page, case: Case) -> None:
    """The manager says of a colleague that she knows them, and that it was a mistake."""
    page.get_by_role("link", name="Colleagues who know this family").click()
    page.get_by_label("Which colleague?").select_option(label=case.outsider.name)
    page.get_by_role("checkbox", name="Leah Oundle").check()
    page.get_by_label("How do they know them?").fill("Neighbours")
    page.get_by_role("button", name="Close the record to them").click()
    look(page, "conflicts")
    page.get_by_role("link", name=f"Lift for {case.outsider.name}").click()
    page.get_by_label("Why?").fill("Another Leah Oundle")
    look(page, "conflict-lift")
    page.get_by_role("button", name="Lift it").click()
    expect(page.get_by_role("main")).to_contain_text("Another Leah Oundle")
