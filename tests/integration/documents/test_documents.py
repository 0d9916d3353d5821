"""Documents: kept, checked, and read by whoever may."""

from collections.abc import Callable, Iterator
from os import utime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config.settings import settings
from keywork.documents import queries
from keywork.families import services as family_services
from keywork.kernel import clock, files
from keywork.kernel.viewer import PUBLIC, set_viewer, system_task
from tests.conftest import PageClient
from tests.factories.documents import PDF, a_document
from tests.factories.families import Case, a_case
from tests.integration.documents.clamd import HARMFUL, clamd


@pytest.fixture
def case(session: Session) -> Case:
    """A family with its team; the session reads for its key worker."""
    return a_case(session)


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A scanner that is configured."""
    with clamd() as url:
        monkeypatch.setattr(settings(), "clamd_url", url)
        yield url


def upload(
    client: PageClient, case: Case, content: bytes, name: str, **changes: str
) -> TestResponse:
    """Send the form. (The test client's own way leaves large files open.)"""
    values = {
        "submission": str(uuid4()),
        "title": "Letter about attendance",
        "members": str(case.members[2].id),
        "source": "partner",
        "source_name": "Mill Lane School",
        "readers": "team",
    } | changes
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in values.items()
    ]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return client.post(
        f"/families/{case.reference}/documents/new",
        data="".join([*lines, head]).encode() + content + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )


def signed_in(client: PageClient, session: Session, staff_id: int) -> PageClient:
    """The browser of somebody who has signed in."""
    session.commit()
    return client.sign_in(staff_id)


def kept() -> set[str]:
    """The names of the files there are."""
    return {path.name for path in (settings().files_dir / "documents").glob("*")}


def test_a_document_from_upload_to_download(
    client: PageClient, session: Session, case: Case
) -> None:
    browser = signed_in(client, session, case.key_worker.staff_id)
    submission = str(uuid4())
    address = f"/families/{case.reference}/documents"
    for _ in range(2):
        answer = upload(browser, case, PDF, "..\\..\\x/Brief.pdf", submission=submission)
        assert answer.location == address
    page = browser.get(address).text
    for said in ("Letter about attendance", "Mill Lane School", "Ava Marsh", "Not scanned"):
        assert said in page
    [view] = queries.documents(session, [case.id]).documents
    assert (
        f"{address}/{view.entry.uid}" in browser.get(f"/families/{case.reference}/chronology").text
    )
    sent = browser.get(f"{address}/{view.entry.uid}")
    assert (sent.data, sent.mimetype) == (PDF, "application/pdf")
    named = sent.headers["Content-Disposition"]
    assert named == 'attachment; filename="Letter about attendance.pdf"'
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    sent.close()
    acts = session.scalars(text("SELECT act FROM audit_event WHERE act LIKE 'document.%'"))
    assert list(acts) == ["document.add", "document.read"]
    stored = session.scalars(text("SELECT stored_name FROM document")).one()
    assert stored in kept() and "Brief" not in str(kept())


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html><script>", "a.pdf", "called .pdf but is not a PDF"),
        (b"MZ", "setup.exe", "The file must be a PDF"),
        (b"", "a.pdf", "The file you chose is empty"),
        (PDF, "", "Choose a file"),
        (b"%PDF-" + bytes(50 * 1024 * 1024), "a.pdf", "must be 20 MB or smaller"),
        (PDF + HARMFUL, "a.pdf", "A virus was found"),
    ],
)
def test_a_file_that_is_refused_is_not_kept_and_what_was_typed_stays(
    client: PageClient,
    session: Session,
    case: Case,
    scanner: str,
    content: bytes,
    name: str,
    said: str,
) -> None:
    before = kept()
    page = upload(signed_in(client, session, case.key_worker.staff_id), case, content, name)
    assert page.status_code == 200 and said in page.text
    assert "Letter about attendance" in page.text and "Mill Lane School" in page.text
    assert kept() == before
    assert queries.documents(session, [case.id]).documents == []


def test_what_was_scanned_says_so(
    client: PageClient, session: Session, case: Case, scanner: str
) -> None:
    browser = signed_in(client, session, case.key_worker.staff_id)
    assert upload(browser, case, PDF, "a.pdf").status_code == 303
    assert "Nothing found" in browser.get(f"/families/{case.reference}/documents").text


def test_each_role_downloads_what_it_may_read_and_learns_of_nothing_else(
    client: PageClient, session: Session, case: Case
) -> None:
    open_ = a_document(session, case.key_worker, case.reference)
    named = a_document(
        session, case.key_worker, case.reference, "Police report", [case.specialist.staff_id]
    )
    own = a_document(session, case.key_worker, case.reference, "Safety plan", [])
    set_viewer(session, case.manager.viewer)
    family_services.join_team(session, case.id, case.outsider.staff_id, "specialist")
    elsewhere = a_case(session)
    foreign = a_document(session, elsewhere.key_worker, elsewhere.reference)
    address = f"/families/{case.reference}/documents"
    may = {
        case.key_worker: {open_, named, own},
        case.manager: {open_, named, own},
        case.specialist: {open_, named},
        case.outsider: {open_},
        elsewhere.key_worker: set(),
    }
    for actor, allowed in may.items():
        browser = signed_in(client, session, actor.staff_id)
        unknown = browser.get(f"{address}/{uuid4()}")
        for uid in (open_, named, own, foreign):
            answer = browser.get(f"{address}/{uid}")
            assert (answer.status_code == 200) == (uid in allowed)
            if uid not in allowed:
                assert answer.status_code == unknown.status_code == 404
                assert len(answer.data) == len(unknown.data) and "Page not found" in answer.text
            answer.close()
        if allowed:
            page = browser.get(address).text
            assert [t in page for t in ("Police report", "Safety plan")] == [
                named in allowed,
                own in allowed,
            ]


def test_pages_of_many(session: Session, case: Case) -> None:
    for number in range(3):
        a_document(session, case.key_worker, case.reference, f"Letter {number}")
    page = queries.documents(session, [case.id], limit=2)
    assert [view.title for view in page.documents] == ["Letter 2", "Letter 1"]
    older = queries.documents(session, [case.id], page.older, limit=2)
    assert ([view.title for view in older.documents], older.older) == (["Letter 0"], None)


def test_the_database_filters_and_holds_documents(session: Session, case: Case) -> None:
    a_document(session, case.key_worker, case.reference, named=[case.specialist.staff_id])
    family_services.join_team(session, case.id, case.outsider.staff_id, "specialist")
    elsewhere = a_case(session)
    count = text("SELECT count(*) FROM document")
    for viewer, seen in (
        (case.key_worker.viewer, 1),
        (case.specialist.viewer, 1),
        (case.manager.viewer, 1),
        (case.outsider.viewer, 0),
        (elsewhere.manager.viewer, 0),
        (PUBLIC, 0),
        (system_task("files"), 0),
    ):
        set_viewer(session, viewer)
        assert session.scalar(count) == seen
    set_viewer(session, case.specialist.viewer)
    copied = """INSERT INTO document (family_id, entry_id, author, title, media_type, size_bytes,
        sha256, stored_name, visibility, readers) SELECT family_id, entry_id, :author, title,
        media_type, size_bytes, sha256, stored_name, visibility, readers FROM document"""
    for statement, why in (
        ("UPDATE document SET title = 'x'", "permission denied"),
        ("DELETE FROM document", "permission denied"),
        ("DELETE FROM stored_file", "permission denied"),
        (copied, "row-level security"),
    ):
        with pytest.raises(DBAPIError, match=why), session.begin_nested():
            session.execute(text(statement), {"author": case.key_worker.viewer})


def test_a_file_that_no_row_names_is_removed_when_it_is_a_day_old(
    session: Session, case: Case, bare_app: object, aged: Callable[[str], Path]
) -> None:
    a_document(session, case.key_worker, case.reference)
    mine = session.scalars(text("SELECT stored_name FROM document")).one()
    orphan, ours, other = aged(uuid4().hex), aged(mine), aged("notes.txt")
    young = orphan.with_name(uuid4().hex)
    young.write_bytes(PDF)
    set_viewer(session, system_task("files"))
    assert files.sweep(session) == 1
    assert [path.exists() for path in (orphan, ours, other, young)] == [False, True, True, True]


@pytest.fixture
def aged(
    bare_app: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str], Path]:
    """Makes a file that is two days old, where nothing but this test's files are."""
    monkeypatch.setattr(settings(), "files_dir", tmp_path)
    then = clock.now().timestamp() - 2 * 86_400

    def make(name: str) -> Path:
        path = tmp_path / "documents" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(PDF)
        utime(path, (then, then))
        return path

    return make
