"""Somebody asks what we hold about them: register, decide, make the bundle, send it."""

import io
import json
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from keywork.families import services as families
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.e2e.conftest import SignIn
from tests.e2e.looking import fill_date, look
from tests.factories.families import a_case
from tests.factories.subject_access import an_officer
from tests.running import Running


def test_a_father_is_sent_what_we_hold_about_him(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        case = a_case(session, "Quince")
        officer = an_officer(session)
        set_viewer(session, case.key_worker.viewer)
        tom, leah, *_ = (member.id for member in case.members)
        for words, about in (
            ("He sleeps better now.", [tom]),
            ("They argued. Leah left the room.", [tom, leah]),
            ("Leah is afraid of him.", [tom, leah]),
        ):
            families.record_entry(
                session, family_id=case.id, kind="note", text=words, member_ids=about
            )
    page = sign_in(officer.email)
    page.goto("/subject-access")
    register(page)
    look(page, "access-request")
    page.get_by_role("button", name="Decide the next").click()
    decide_both(page)
    page.get_by_role("link", name="See everything").click()
    look(page, "access-items")
    page.get_by_role("link", name="Back").click()
    page.get_by_label("I have read what is included").check()
    page.get_by_role("button", name="Make the bundle").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download what was made").click()
    with ZipFile(io.BytesIO(download.value.path().read_bytes())) as bundle:
        said = json.loads(bundle.read("subject-access.json"))
    texts = [item["values"]["text"] for item in said["items"] if item["kind"] == "entry"]
    assert texts == ["He sleeps better now.", "They argued. [words removed]"]
    page.reload()
    look(page, "access-made")
    page.get_by_role("button", name="Record that it was sent").click()
    fill_today(page, "When was it sent?")
    page.get_by_label("How was it sent?").fill("Handed over")
    page.get_by_role("button", name="Record that it was sent").click()
    expect(page.get_by_role("main")).to_contain_text("Handed over")
    expect(page.get_by_role("main")).not_to_contain_text("To decide")


def fill_today(page: Page, group: str) -> None:
    """Type today's date."""
    today = clock.today()
    fill_date(page, group, str(today.day), str(today.month), str(today.year))


def register(page: Page) -> None:
    """Find him by name and date of birth, and register what he asked."""
    page.get_by_role("button", name="Register a request").click()
    box = page.get_by_label("Name and date of birth")
    box.fill("Quince")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("main")).to_contain_text("Enter a whole name and date of birth")
    box.fill("Tom Quince 30 January 1992")
    page.get_by_role("button", name="Find").click()
    look(page, "access-find")
    page.get_by_role("link", name="Tom Quince").first.click()
    page.get_by_role("button", name="Register").click()
    look(page, "access-register-empty")
    fill_today(page, "When did it come?")
    page.get_by_label("By letter").check()
    page.get_by_label("The person", exact=True).check()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("How was it checked?").fill("Passport seen")
    fill_today(page, "When was it checked?")
    page.get_by_role("button", name="Register").click()


def decide_both(page: Page) -> None:
    """Words are taken out of one item, the other is left out."""
    for _ in range(2):
        if page.get_by_text("They argued. Leah left the room.").first.is_visible():
            page.get_by_label("Include it with words taken out").check()
            page.get_by_label("Text", exact=True).fill("They argued.")
            page.get_by_label("Why?", exact=True).select_option(
                "The other person did not agree, and it is not reasonable without"
            )
            look(page, "access-item")
        else:
            page.get_by_label("Leave it out").check()
            page.get_by_label("Why?", exact=True).select_option(
                "It would be likely to cause serious harm (social work data, schedule 3 part 3)"
            )
        page.get_by_role("button", name="Save and go to the next").click()
    expect(page.get_by_role("main")).to_contain_text("0 to decide")
