"""A hub manager finds that a girl is recorded twice, puts the records together, and undoes it."""

from playwright.sync_api import expect

from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.same_person import a_pair
from tests.running import Running


def test_a_girl_recorded_twice_becomes_one_and_two_again(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        manager = a_member_of_staff(session, "hub_manager", a_hub(session))
        a_pair(session, manager)
    page = sign_in(manager.email)
    page.goto("/same-people")
    look(page, "same-people")
    page.get_by_role("link", name="Rosamund").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("First names differ by one letter")
    look(page, "same-person")
    page.get_by_role("button", name="Put them together").press("Enter")
    page.get_by_role("button", name="Put them together").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the right answer for: name")
    page.get_by_role("radio", name="Rosamund").check()
    page.get_by_label("How do you know that they are one person?").fill("Same school and mother")
    look(page, "merge-people")
    page.get_by_role("button", name="Put them together").click()
    expect(page.get_by_role("main")).to_contain_text("Same school and mother")
    look(page, "merge")
    page.get_by_label("Why are they different people after all?").fill("They came together")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("main")).to_contain_text("They are different people.")
    look(page, "merge-undone")
    page.goto("/same-people")
    expect(page.get_by_role("main")).to_contain_text("There are no pairs to decide on.")
