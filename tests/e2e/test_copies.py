"""A mother in refuge and the father who left are each given what is theirs, on paper."""

from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from keywork.families.queries import family
from keywork.families.services import VisitNotes, record_visit
from keywork.kernel import clock
from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories import copies
from tests.factories.copies import a_story
from tests.running import Running


def test_a_copy_for_each_of_two_parents(running: Running, sign_in: SignIn, tmp_path: Path) -> None:
    with running.session() as session:
        story = a_story(session)
        seen = [story.mother.id]
        notes = VisitNotes(clock.now(), 30, seen, seen, text="We looked at two schools")
        record_visit(session, family(session, story.reference), notes)
    page = sign_in(story.case.key_worker.email)
    page.goto(f"/families/{story.reference}/sharing")
    page.get_by_role("button", name="Copies for the family").click()
    hers = a_copy(page, "Leah Marsh", tmp_path / "hers.pdf")
    his = a_copy(page, "Tom Marsh", tmp_path / "his.pdf")
    look(page, "copies")
    for words in (copies.SECRET, copies.ALARM, "Hidden Lane", "We looked at two schools"):
        assert words in hers
        assert words not in his
    assert copies.HIS in his and "Leah" not in his
    page.goto(f"/families/{story.reference}/sharing")
    expect(page.get_by_role("main")).to_contain_text("Somebody in the family")


def a_copy(page: Page, name: str, kept_as: Path) -> str:
    """Make a copy of everything for somebody, fetch it and read it."""
    page.get_by_role("link", name=f"Make a copy for {name}").click()
    expect(page.get_by_role("main")).to_contain_text(f"what is about {name} and")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what the copy should have in it")
    for part in ("Their plan", "What is recorded about them", "What happened"):
        page.get_by_label(part).check()
    look(page, f"copy-parts-{kept_as.stem}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Make the copy").click()
    look(page, f"copy-check-{kept_as.stem}")
    page.get_by_label("I give it to them myself").check()
    page.get_by_label("Lawful basis").select_option("Public task")
    page.get_by_label("I have read all of this").check()
    page.get_by_role("button", name="Make the copy").click()
    expect(page.get_by_role("main")).to_contain_text("The copy is made")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="(PDF)").first.click()
    fetched.value.save_as(kept_as)
    assert fetched.value.suggested_filename.startswith("C-")
    text = " ".join(page.extract_text() for page in PdfReader(kept_as).pages)
    return " ".join(text.split())
