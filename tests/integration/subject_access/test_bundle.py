"""What is sent: all that was decided in, and nothing else."""

import io
import json
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from keywork.families import services as families
from keywork.kernel.errors import Refusal, Stale
from keywork.kernel.files import path_of
from keywork.kernel.viewer import set_viewer
from keywork.subject_access import queries, services
from keywork.subject_access.queries import RequestView
from tests.factories.a_life import NAMING, OTHERS, OWN, PROTECTED, SHARED, TOLD, Life, a_life
from tests.factories.documents import PDF
from tests.factories.subject_access import a_request, an_officer, bundled, decided, made

pytestmark = pytest.mark.usefixtures("app")

DECISIONS = {
    SHARED: ("leave_out", "no_consent", ""),
    TOLD: ("include", "consented", ""),
    PROTECTED: ("leave_out", "serious_harm", ""),
    NAMING: ("include_part", "no_consent", "rang twice while he spoke."),
}


@pytest.fixture
def life(session: Session) -> Life:
    """A father of whom there is something of every kind."""
    return a_life(session)


def unpacked(request: RequestView) -> tuple[str, dict[str, Any], dict[str, bytes]]:
    """The PDF's text, the JSON, and every file of a bundle."""
    assert request.bundle and request.bundle.stored_name
    with ZipFile(path_of(queries.FOLDER, request.bundle.stored_name)) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    pages = PdfReader(io.BytesIO(files["subject-access.pdf"])).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())
    return text, json.loads(files["subject-access.json"]), files


def test_a_bundle_holds_what_was_decided_in_and_no_trace_of_the_rest(
    session: Session, life: Life
) -> None:
    officer = an_officer(session)
    request = a_request(session, officer, life.tom)
    for item in queries.gather(session, request).items:
        if not item.undecided and item.source.key != "disclosure":
            continue
        how, why, left = DECISIONS.get(item.value("text"), ("leave_out", "no_consent", ""))
        if item.source.key == "document":
            how, why = "include", "professional"
        decided(session, officer, request, item, how, why, **({"text": left} if left else {}))
    text, said, files = unpacked(bundled(session, officer, request))
    gathered = queries.gather(session, request)
    sent = gathered.sent
    assert len(sent) < len(gathered.items)
    assert [(item["kind"], item["record"]) for item in said["items"]] == [
        (item.source.key, item.record or None) for item in sent
    ]
    written, squeezed = json.dumps(said, ensure_ascii=False), text.replace(" ", "")
    for item in gathered.items:
        for one in item.said:
            if item.is_sent:
                assert "".join(one.sent.split()) in squeezed, one
    for out in (SHARED, PROTECTED, NAMING, *OTHERS, "Leah", "Ava", "Rosa", "KW-None"):
        assert out not in text
        assert out not in written
    for kept in (OWN, TOLD, "[words removed] rang twice while he spoke."):
        assert kept in text
        assert kept in written
    # Sharing was decided out, so the covering page knows of nobody whom anything was given to.
    assert said["cover"]["recipients"] == []
    assert set(files) == {*("subject-access.pdf", "subject-access.json", "documents/Letter.pdf")}
    assert files["documents/Letter.pdf"] == PDF
    led_to = {(item["kind"], item["file"]) for item in said["items"] if item["file"]}
    assert led_to == {("document", "documents/Letter.pdf")}
    assert text.count("documents/Letter.pdf") == 1


def test_the_same_contents_and_time_make_the_same_bytes(session: Session, life: Life) -> None:
    officer = an_officer(session)
    request = bundled(session, officer, a_request(session, officer, life.tom))
    assert request.bundle and request.bundle.stored_name
    first = path_of(queries.FOLDER, request.bundle.stored_name).read_bytes()
    gathered = queries.gather(session, request)
    again = io.BytesIO()
    said = queries.contents(request, gathered, request.bundle.asked_at)
    queries.write_zip(again, said, [], request.bundle.asked_at)
    once_more = io.BytesIO()
    queries.write_zip(once_more, said, [], request.bundle.asked_at)
    assert again.getvalue() == once_more.getvalue()
    with ZipFile(again) as other, ZipFile(io.BytesIO(first)) as bundle:
        for name in other.namelist():
            assert other.read(name) == bundle.read(name), name


def test_what_is_written_meanwhile_is_looked_at_first(session: Session, life: Life) -> None:
    officer = an_officer(session)
    request = a_request(session, officer, life.tom)
    seen = queries.gather(session, request)
    version = seen.digest.hex()
    with pytest.raises(Refusal, match="every item"):
        services.ask_for_bundle(session, officer, request, seen, version=version)
    request = bundled(session, officer, request)
    gathered = queries.gather(session, request)
    version = gathered.digest.hex()
    services.ask_for_bundle(session, officer, request, gathered, version=version)
    set_viewer(session, life.case.key_worker.viewer)
    families.record_entry(
        session, family_id=life.case.id, kind="note", text="New.", member_ids=[life.tom.id]
    )
    made(session, request)
    set_viewer(session, officer.viewer)
    bundle = queries.last_bundle(session, request.row.id)
    assert bundle and bundle.state == "changed"
    with pytest.raises(Refusal, match="Make the bundle first"):
        answer(session, officer, request)
    request = bundled(session, officer, request)
    decided(session, officer, request, queries.gather(session, request).items[0])
    with pytest.raises(Stale, match="Make it again"):
        answer(session, officer, request)


def answer(session: Session, officer: Any, request: RequestView) -> None:
    """Say that it was sent."""
    today = request.row.received_on
    services.answer(
        session,
        officer,
        request.reference,
        sent_on=today,
        sent_way="By hand",
        version=request.row.version,
    )
