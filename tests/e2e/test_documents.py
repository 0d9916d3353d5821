"""A key worker keeps a letter; who was not named never learns of the second one."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories.documents import PDF
from tests.factories.families import a_case
from tests.running import Running


def test_keeping_and_finding_documents(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        case = a_case(session)
    page = sign_in(case.key_worker.email)
    page.goto(f"/families/{case.reference}/chronology")
    page.get_by_role("link", name="Documents").click()
    page.get_by_role("button", name="Add a document").click()
    fill(page, "Letter about attendance", b"<html>")
    page.get_by_label("Everyone in the team").check()
    page.get_by_role("button", name="Add the document").click()
    expect(page.get_by_label("What is it?")).to_have_value("Letter about attendance")
    page.get_by_role("link", name="called .pdf but is not a PDF").click()
    expect(page.get_by_label("File", exact=True)).to_be_focused()
    look(page, "documents-refused")
    fill(page, "Letter about attendance", PDF)
    page.get_by_role("button", name="Add the document").click()
    expect(page.get_by_role("main")).to_contain_text("The document is in the record")

    page.get_by_role("button", name="Add a document").click()
    fill(page, "Police report", PDF)
    page.get_by_label("Only people I choose").check()
    page.get_by_role("button", name="Add the document").click()
    expect(page.get_by_role("row", name="Police report")).to_contain_text("Protected")
    look(page, "documents")
    page.goto(f"/families/{case.reference}/chronology")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download Letter about attendance").click()
    assert started.value.suggested_filename == "Letter about attendance.pdf"
    assert started.value.path().read_bytes() == PDF

    other = sign_in(case.specialist.email)
    other.goto(f"/families/{case.reference}/documents")
    expect(other.get_by_role("main")).to_contain_text("Letter about attendance")
    expect(other.get_by_role("main")).not_to_contain_text("Police report")


def fill(page: Page, title: str, content: bytes) -> None:
    """Fill the form in, all but who may read it."""
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_label("What is it?").fill(title)
    page.get_by_role("checkbox", name="Ava Marsh", exact=True).first.check()
    page.get_by_label("Someone else").check()
    page.get_by_label("Who is that?").fill("Mill Lane School")
