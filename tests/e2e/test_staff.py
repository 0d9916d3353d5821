"""A hub manager adds a colleague, has somebody stand in, and marks somebody as left."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from keywork.kernel import clock
from tests.e2e.conftest import SignIn
from tests.e2e.looking import fill_date, look
from tests.factories import commissioning
from tests.factories.commissioning import Place
from tests.factories.staffing import away
from tests.running import Running, until


def test_somebody_comes_somebody_is_away_and_somebody_goes(
    running: Running, sign_in: SignIn
) -> None:
    with running.session() as session:
        place = commissioning.a_place(session)
    page = sign_in(place.manager.email)
    page.goto("/staff")
    look(page, "staff")
    adds(page, running)
    arranges_cover(page, place)
    marks_as_left(page, place)
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("1 family whose key worker has left")
    page.get_by_role("link", name="1 family").click()
    look(page, "staff-left-behind")
    page.get_by_role("link", name="Choose another").click()
    expect(page.get_by_role("heading", name="Change the key worker")).to_be_visible()


def adds(page: Page, running: Running) -> None:
    """Jo Bright is invited, and sets a password by the link in the letter."""
    page.get_by_role("button", name="Add somebody").click()
    page.get_by_role("button", name="Add them").click()
    look(page, "staff-new-empty")
    page.get_by_label("Full name").fill("Jo Bright")
    page.get_by_label("Work email address").fill("jo.bright@norbridge.example")
    page.get_by_label("Role").select_option("Specialist")
    page.get_by_label("Hub").select_option(index=1)
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("heading", name="Jo Bright")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("sent an email to set their password")
    look(page, "staff-person")
    [letter] = until(lambda: running.letters("jo.bright@norbridge.example"))
    assert "/sign-in/reset" in letter.get_content()
    page.get_by_role("link", name="Add a post").click()
    look(page, "staff-post")


def arranges_cover(page: Page, place: Place) -> None:
    """The second manager stands in for the key worker."""
    page.goto("/cover")
    page.get_by_role("button", name="Arrange cover").click()
    page.get_by_label("Who is away?").select_option(place.worker.name)
    page.get_by_label("Who stands in?").select_option(place.second_manager.name)
    today = clock.today()
    for group, day in (("First day", today), ("Last day", today + timedelta(days=11))):
        fill_date(page, group, str(day.day), str(day.month), str(day.year))
    page.get_by_label("Why?").fill("Annual leave")
    look(page, "cover-new")
    page.get_by_role("button", name="Arrange cover").click()
    expect(page.get_by_role("row", name=place.worker.name)).to_contain_text("Annual leave")
    look(page, "cover")


def marks_as_left(page: Page, place: Place) -> None:
    """The key worker has left; the family waits for another."""
    page.goto("/staff")
    page.get_by_role("link", name=place.worker.name).click()
    page.get_by_role("link", name="They have left").click()
    look(page, "staff-leaves")
    page.get_by_role("button", name="Mark as left").click()
    expect(page.get_by_role("main")).to_contain_text("No, has left")


def test_whoever_stands_in_sees_whose_families_they_have(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        place = commissioning.a_place(session)
        away(session, place.manager, absent=place.worker, stand_in=place.second_manager)
    page = sign_in(place.second_manager.email)
    expect(page.get_by_role("main")).to_contain_text(f"You stand in for {place.worker.name}")
    expect(page.get_by_role("main")).to_contain_text(f"for {place.worker.name}")
    look(page, "cover-my-day")
