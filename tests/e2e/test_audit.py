"""A manager sees who opened a family; the officer looks for it, and takes it along."""

from playwright.sync_api import expect

from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import a_case
from tests.running import Running


def test_who_opened_a_family(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        case = a_case(session)
        officer = a_member_of_staff(session, "information_officer", None)
    stranger = sign_in(case.outsider.email)
    stranger.goto(f"/families/{case.reference}")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Page not found")
    stranger.goto("/alerts")
    stranger.get_by_role("link", name="What you did and read").click()
    expect(stranger.get_by_role("main")).not_to_contain_text(case.reference)
    look(stranger, "audit-mine")
    manager = sign_in(case.manager.email)
    manager.goto(f"/families/{case.reference}")
    manager.get_by_role("link", name="Audit").click()
    expect(manager.get_by_role("row", name=case.outsider.name)).to_contain_text(
        "could not be opened"
    )
    look(manager, "audit-family")
    page = sign_in(officer.email)
    page.goto("/audit")
    page.get_by_label("What was done").select_option("Opened a new record")
    page.get_by_label("By whom").select_option(case.manager.name)
    page.get_by_label("Family reference").fill(case.reference.lower())
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name=case.manager.name)).to_contain_text("Opened a new record")
    look(page, "audit-search")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a spreadsheet").click()
    assert case.reference in download.value.path().read_text()
    page.get_by_role("link", name="Worth a look").click()
    look(page, "audit-worth-a-look")
    page.goto(f"/families/{case.reference}/audit")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Audit of {case.reference}")
    look(page, "audit-officer-family")
