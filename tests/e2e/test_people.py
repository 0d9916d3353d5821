"""Who is in a family: somebody we know joins it, a child is born, a parent leaves and is back."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from keywork.families import services
from keywork.kernel import clock
from tests.e2e.conftest import SignIn
from tests.e2e.looking import fill_date, look
from tests.factories.families import Case, a_case
from tests.running import Running


def test_people_come_and_go(running: Running, sign_in: SignIn) -> None:
    case, other, known = two_families(running)
    page = sign_in(case.key_worker.email)
    page.goto(f"/families/{case.reference}/people")
    page.get_by_role("link", name="Add a person").click()
    adds_somebody_we_know(page, known, other.reference)
    expects_a_child(page, case)
    changes_what_is_known(page, case)
    leaves_and_is_back(page, case)


def two_families(running: Running) -> tuple[Case, Case, str]:
    """A family, another that the same key worker works with, and the father who is in that one."""
    with running.session() as session:
        case = a_case(session, "Hartley")
        other = a_case(session, "Pike", case.hub_id)
        services.join_team(session, other.id, case.key_worker.staff_id, "other")
        session.commit()
    return case, other, other.members[0].name


def adds_somebody_we_know(page: Page, known: str, elsewhere: str) -> None:
    """Typed in a little differently, and chosen from whom we know."""
    given, family = known.split()
    page.get_by_role("radio", name="Parent living elsewhere").check()
    page.get_by_label("First name").fill(given)
    page.get_by_label("Last name").fill(f"{family}e")
    fill_date(page, "Date of birth", "30", "1", "1992")
    page.get_by_role("button", name="Add person").click()
    found = page.get_by_role("group", name="Is it one of these people?")
    expect(found).to_contain_text(elsewhere)
    found.get_by_role("radio", name=known).check()
    look(page, "add-a-person-known")
    page.get_by_role("button", name="Add person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(known)
    expect(page.get_by_role("main")).to_contain_text(f"{given} {family}e")
    expect(page.get_by_role("link", name=elsewhere)).to_be_visible()
    look(page, "person-in-two-families")


def expects_a_child(page: Page, case: Case) -> None:
    """An unborn child, then the same record for the child who is born."""
    page.goto(f"/families/{case.reference}/people/new")
    page.get_by_role("radio", name="Unborn child").check()
    page.get_by_label("Last name").fill("Hartley")
    due = clock.today() + timedelta(days=30)
    fill_date(page, "Date of birth", *f"{due:%d %m %Y}".split())
    page.get_by_role("button", name="Add person").click()
    address = page.url
    look(page, "person-unborn")
    page.get_by_role("link", name="Record the birth").click()
    page.get_by_label("First name").fill("Mia")
    fill_date(page, "Date of birth", *f"{clock.today():%d %m %Y}".split())
    page.get_by_role("radio", name="Female").check()
    look(page, "person-born-form")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mia Hartley")
    assert page.url == address
    expect(page.get_by_role("main")).to_contain_text("Child since")


def changes_what_is_known(page: Page, case: Case) -> None:
    """Each part of it on a short form of its own."""
    leah = case.members[1]
    page.goto(f"/families/{case.reference}/people/{leah.uid}")
    page.get_by_role("link", name="Change name", exact=True).click()
    page.get_by_label("Last name").fill("Moss")
    page.get_by_label("Known as").fill("Lee")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{leah.given_name} (Lee) Moss")
    expect(page.get_by_role("main")).to_contain_text(f"{leah.name} (former name)")
    page.get_by_role("link", name="Change ethnic group").click()
    page.get_by_label("Ethnic group").select_option(label="White: Irish")
    page.get_by_label("Main language").fill("Polish")
    page.get_by_role("radio", name="Yes").check()
    look(page, "person-background")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("Polish, needs an interpreter")
    page.get_by_role("link", name="Change nhs number").click()
    page.get_by_label("Unique pupil number (UPN)").fill("A801200001001")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Check the UPN")
    page.get_by_label("Unique pupil number (UPN)").fill("H801200001001")
    page.get_by_role("button", name="Save").click()
    look(page, "person")


def leaves_and_is_back(page: Page, case: Case) -> None:
    """A member who left is under those who are no longer there, and can come back."""
    tom = case.members[0]
    address = f"/families/{case.reference}/people/{tom.uid}"
    page.goto(address)
    page.get_by_role("link", name="No longer in the family").click()
    page.get_by_label("Why?").fill("Lives with his mother")
    look(page, "person-leaves")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("Lives with his mother")
    page.goto(f"/families/{case.reference}/people")
    page.locator("summary").filter(has_text="No longer in the family").click()
    look(page, "people-with-former")
    page.get_by_role("link", name=tom.name).click()
    page.get_by_role("link", name="Back in the family").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="No longer in the family")).to_be_visible()
