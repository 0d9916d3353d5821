"""A family's team changes; its record is closed and opened again, split in two and joined again."""

from playwright.sync_api import Page, expect

from keywork.accounts.policy import Actor
from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories import commissioning
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import Case, a_case
from tests.running import Running


def test_the_life_of_a_record(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        commissioning.services.load_policy(session, commissioning.POLICY)
        case = a_case(session, "Ashdown")
        newcomer = a_member_of_staff(session, "key_worker", case.hub_id)
    worker = sign_in(case.key_worker.email)
    names_a_professional(worker, case)
    manager = sign_in(case.manager.email)
    changes_the_key_worker(manager, case, newcomer)
    closes_and_opens_again(manager, case, newcomer)
    other = splits(manager, case, newcomer)
    joins_and_parts(manager, case, other)


def names_a_professional(page: Page, case: Case) -> None:
    """The key worker names an IDVA, for nobody but those he names."""
    page.goto(f"/families/{case.reference}/people")
    page.get_by_role("link", name="Team and other professionals").click()
    page.get_by_role("link", name="Add a professional").click()
    page.get_by_label("Name", exact=True).fill("Jo Bright")
    page.get_by_label("What do they do?").fill("IDVA")
    page.get_by_label("Where do they work?").fill("Norbridge Refuge")
    page.get_by_role("radio", name="Only people I choose").check()
    look(page, "team-add-professional")
    page.get_by_role("button", name="Add professional").click()
    expect(page.get_by_role("rowheader", name="Jo Bright Protected")).to_be_visible()
    page.get_by_role("link", name="Add a practitioner").click()
    page.get_by_label("Who joins the team?").select_option(label=case.outsider.name)
    page.get_by_role("radio", name="Other practitioner").check()
    look(page, "team-add-practitioner")
    page.get_by_role("button", name="Add to the team").click()
    page.get_by_role("link", name=f"End {case.specialist.name}").click()
    page.get_by_label("Why?").fill("The parenting course is over")
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_text("Who worked with the family before").click()
    expect(page.get_by_role("main")).to_contain_text("The parenting course is over")
    look(page, "team")


def changes_the_key_worker(page: Page, case: Case, newcomer: Actor) -> None:
    """The manager gives the family another key worker."""
    page.goto(f"/families/{case.reference}/team")
    page.get_by_role("link", name="Change key worker").click()
    page.get_by_role("radio", name=newcomer.name).check()
    page.get_by_label("Why?").fill("Long leave")
    look(page, "team-key-worker")
    page.get_by_role("button", name="Change key worker").click()
    expect(page.get_by_role("main")).to_contain_text("2 key workers in 1 day")


def closes_and_opens_again(page: Page, case: Case, newcomer: Actor) -> None:
    """Help ends, and is needed again."""
    page.goto(f"/families/{case.reference}/record")
    look(page, "record")
    page.get_by_role("button", name="Close this record").click()
    page.get_by_role("button", name="Close the record").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a reason")
    page.get_by_role("radio", name="needs are met").check()
    look(page, "record-close")
    page.get_by_role("button", name="Close the record").click()
    expect(page.get_by_role("main")).to_contain_text("Closed on")
    look(page, "record-closed")
    page.get_by_role("button", name="Open this record again").click()
    page.get_by_role("radio", name="New needs").check()
    page.get_by_role("radio", name=newcomer.name).check()
    look(page, "record-reopen")
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_role("main")).to_contain_text(f"Key worker {newcomer.name}")


def splits(page: Page, case: Case, newcomer: Actor) -> str:
    """The father moves out; the younger child lives with each parent. The new reference."""
    page.goto(f"/families/{case.reference}/record")
    page.get_by_role("button", name="Split this record").click()
    leaving = page.get_by_role("group", name="Who is only in the new record?")
    leaving.get_by_role("checkbox", name="Tom Ashdown").check()
    both = page.get_by_role("group", name="Who is in both?")
    both.get_by_role("checkbox", name="Noah Ashdown").check()
    page.get_by_role("radio", name="The parents separated").check()
    page.get_by_role("radio", name=newcomer.name).check()
    look(page, "record-split")
    page.get_by_role("button", name="Split", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("This is the new record")
    look(page, "record-new-from-split")
    return page.url.split("/families/")[1].split("/")[0]


def joins_and_parts(page: Page, case: Case, other: str) -> None:
    """The family is together again; then it turns out that it is not."""
    page.goto(f"/families/{case.reference}/record")
    page.get_by_role("button", name="Join another record to this").click()
    page.get_by_label("What is the other record's reference?").fill(other)
    look(page, "record-choose")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("radio", name="The family came back together").check()
    look(page, "record-join")
    page.get_by_role("button", name="Join the records").click()
    expect(page.get_by_role("main")).to_contain_text(f"{other} is read together with this record")
    look(page, "record-joined")
    page.goto(f"/families/{other}/people")
    assert page.url.endswith(f"/families/{case.reference}/people")
    expect(page.get_by_role("main")).to_contain_text("Tom Ashdown")
    page.goto(f"/families/{case.reference}/record")
    page.get_by_role("link", name="Undo").click()
    page.get_by_label("Why are they two families?").fill("He moved out again")
    look(page, "record-undo-join")
    page.get_by_role("button", name="Make them two records again").click()
    expect(page.get_by_role("main")).to_contain_text("They are two records again")
    page.goto(f"/families/{other}/people")
    expect(page.get_by_role("main")).to_contain_text("Tom Ashdown")
