"""A record that was kept long enough is erased by two officers; one that is held is not."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from keywork.kernel import clock
from tests.e2e.conftest import SignIn
from tests.e2e.looking import fill_date, look
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.retention import a_closed_record, officers, reviewed
from tests.running import Running


def test_two_officers_erase_a_record(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        people = officers(session)
        manager = a_member_of_staff(session, "hub_manager", a_hub(session))
        going = a_closed_record(session, manager, "Ashgrove", date(2017, 5, 6)).reference
        held = a_closed_record(session, manager, "Elderfield", date(2017, 8, 9)).reference
        reviewed(session)
    before = sign_in(manager.email)
    before.goto(f"/families/{going}/people")
    expect(before.get_by_role("main")).to_contain_text("Ida Ashgrove")
    first = sign_in(people.first.email)
    places_a_hold(first, held)
    proposes(first, going, held)
    confirms(sign_in(people.second.email), going)
    gone = before.goto(f"/families/{going}/people")
    assert gone and gone.status == 404
    first.goto("/retention")
    expect(first.get_by_role("main")).not_to_contain_text(going)


def places_a_hold(page: Page, held: str) -> None:
    """A claim has come in."""
    page.goto("/retention")
    page.get_by_role("link", name="Holds").click()
    page.get_by_role("button", name="Place a hold").click()
    page.get_by_label("Which record or person?").fill(held.lower())
    page.get_by_label("Reference of the case or inquiry").fill("Claim 2026/118")
    page.get_by_label("Why?").fill("A claim against the council")
    day = clock.today() + timedelta(days=200)
    fill_date(page, "When should it be looked at again?", *f"{day:%d %m %Y}".split())
    look(page, "retention-place-hold")
    page.get_by_role("button", name="Place the hold").click()
    expect(page.get_by_role("main")).to_contain_text("Claim 2026/118")
    look(page, "retention-holds")
    page.get_by_role("link", name=held).click()
    look(page, "retention-hold")


def proposes(page: Page, going: str, held: str) -> None:
    """The first officer proposes one, and cannot propose the one that is held."""
    page.goto("/retention")
    expect(page.get_by_role("main")).to_contain_text("6 years after the record was closed")
    look(page, "retention-queue")
    page.get_by_role("link", name=held).click()
    expect(page.get_by_role("main")).to_contain_text("is held: nothing of it may be erased")
    expect(page.get_by_role("radio", name="erase")).to_have_count(0)
    page.goto("/retention")
    page.get_by_role("link", name=going).click()
    page.get_by_role("radio", name="Propose to erase it").check()
    look(page, "retention-propose")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("main")).to_contain_text("Another person has been asked to confirm it")
    page.get_by_role("link", name=going).click()
    expect(page.get_by_role("radio", name="Erase it for good")).to_have_count(0)


def confirms(page: Page, going: str) -> None:
    """The second is told, and confirms."""
    page.goto("/alerts")
    page.get_by_role("link", name=f"It was proposed to erase {going}").click()
    page.get_by_role("radio", name="Erase it for good").check()
    look(page, "retention-confirm")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("main")).to_contain_text(f"{going} is erased")
    page.get_by_role("group").filter(has_text="rows").first.click()
    look(page, "retention-erased")
