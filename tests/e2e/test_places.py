"""A household splits: a mother and her children flee to a refuge that not everybody may know of."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from keywork.families import services
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.e2e.conftest import SignIn
from tests.e2e.looking import fill_date, look
from tests.factories.families import Case, a_case
from tests.factories.places import ELM_ROAD, lives_at
from tests.running import Running

FLED = clock.today() - timedelta(days=2)


@pytest.fixture
def case(running: Running) -> Case:
    """A family of four in one home, known for two months; the outsider is in its team too."""
    with running.session() as session:
        case = a_case(session)
        set_viewer(session, case.manager.viewer)
        services.join_team(session, case.id, case.outsider.staff_id, "specialist")
        set_viewer(session, case.key_worker.viewer)
        lives_at(session, case, ELM_ROAD, "Leah", "Tom", "Ava", "Noah")
    with running.database() as connection:
        since = clock.today() - timedelta(days=60)
        connection.execute(
            "UPDATE member SET started_on = %s WHERE family_id = %s", (since, case.id)
        )
        connection.commit()
    return case


def test_a_household_splits(case: Case, sign_in: SignIn) -> None:
    worker = sign_in(case.key_worker.email)
    flees(worker, case)
    sees_two_households_and_one_before(worker, case)
    gives_a_number(worker, case)

    colleague = sign_in(case.outsider.email)
    people = f"/families/{case.reference}/people"
    colleague.goto(people)
    expect(colleague.get_by_role("main")).to_contain_text("Address not recorded")
    expect(colleague.get_by_role("main")).not_to_contain_text("Rowan House")
    look(colleague, "people-not-named")
    colleague.get_by_role("link", name="Leah Marsh").click()
    expect(colleague.get_by_role("main")).not_to_contain_text("900982")


def flees(page: Page, case: Case) -> None:
    """One form for three members, who leave the old home."""
    page.goto(f"/families/{case.reference}/people")
    page.get_by_role("link", name="Add an address", exact=True).click()
    for name in ("Leah", "Ava", "Noah"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("radio", name="Refuge").check()
    page.get_by_role("radio", name="Everyone in the team").check()
    page.get_by_role("textbox", name="Address").fill("Rowan House\n1 Hidden Lane")
    page.get_by_label("Postcode").fill("nb99zz")
    fill_date(page, "Since when?", *f"{FLED:%d %m %Y}".split())
    page.get_by_role("checkbox", name="They no longer live").check()
    page.get_by_role("button", name="Save address").click()
    expect(page.get_by_role("alert")).to_contain_text("A refuge is always protected")
    look(page, "add-address-refused")
    page.get_by_role("radio", name="Only people I choose").check()
    page.get_by_role("checkbox", name=case.specialist.name).check()
    page.get_by_role("button", name="Save address").click()


def sees_two_households_and_one_before(page: Page, case: Case) -> None:
    """Today, and by the list of changes the day before."""
    refuge = page.get_by_role("table", name="Rowan House, NB9 9ZZ")
    expect(refuge.get_by_role("row")).to_have_count(4)
    expect(refuge.get_by_role("caption")).to_contain_text("Protected")
    home = page.get_by_role("table", name="3 Elm Road, NB1 2AB")
    expect(home.get_by_role("row")).to_have_count(2)
    page.get_by_text("Look back at another day").click()
    expect(page.get_by_role("main")).to_contain_text("moved to Rowan House, NB9 9ZZ")
    before = FLED - timedelta(days=1)
    fill_date(page, "Show the family as at", *f"{before:%d %m %Y}".split())
    look(page, "people-look-back")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("main")).to_contain_text(f"As it was on {before.day} {before:%B %Y}")
    expect(home.get_by_role("row")).to_have_count(5)
    expect(refuge).to_have_count(0)
    look(page, "people-as-at")
    page.get_by_role("link", name="Show today").click()
    expect(refuge).to_have_count(1)


def gives_a_number(page: Page, case: Case) -> None:
    """The rule stands beside the number, which cannot be called from here."""
    page.get_by_role("link", name="Leah Marsh").click()
    page.get_by_role("link", name="Add a number").click()
    page.get_by_role("radio", name="Mobile").check()
    page.get_by_label("Number or e-mail address").fill("07700 900982")
    page.get_by_role("checkbox", name="Text").check()
    page.get_by_label("When? (optional)").fill("weekdays before 3pm")
    page.get_by_label("Who else sees").fill("Her partner")
    page.get_by_role("radio", name="Only people I choose").check()
    look(page, "add-contact")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="Mobile")
    expect(row).to_contain_text("07700 900982")
    expect(row).to_contain_text("Text only. Do not leave messages. Weekdays before 3pm.")
    expect(row.get_by_role("link", name="07700 900982", exact=True)).to_have_count(0)
    look(page, "person-places")
    page.get_by_role("row", name="Rowan House").get_by_role("link", name="End or correct").click()
    look(page, "end-address")
