"""What an uploaded file is, by its content, and which are refused."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.kernel import file_kinds
from keywork.kernel.errors import Refusal
from keywork.kernel.file_kinds import DOCUMENTS, PHOTOS, kind_of, recognise

TYPES = "[Content_Types].xml"


def zipped(**parts: bytes) -> bytes:
    """A zip of these parts, whose names have _ for /."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(TYPES if name == "types" else name.replace("_", "/"), content)
    return buffer.getvalue()


def odt() -> bytes:
    """The least that is an ODT document: its type comes first and is not packed."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr("content.xml", "<x/>")
    return buffer.getvalue()


WORD = zipped(types=b"<Types/>", **{"word_document.xml": b"<x/>"})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n", file_kinds.PDF),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", file_kinds.JPEG),
        (b"\x89PNG\r\n\x1a\n\x00", file_kinds.PNG),
        (b"\x00\x00\x00\x18ftypheic\x00", file_kinds.HEIC),
        (WORD, file_kinds.WORD),
        (zipped(types=b"x", **{"xl_workbook.xml": b"x"}), file_kinds.EXCEL),
        (zipped(types=b"x", **{"ppt_presentation.xml": b"x"}), file_kinds.POWERPOINT),
        (odt(), file_kinds.ODT),
        ("Zoë said\r\n".encode(), file_kinds.TEXT),
        (b"\x00\x00\x00\x18ftypmp42\x00", None),
        (zipped(**{"word_document.xml": b"x"}), None),
        (zipped(types=b"x", other=b"x"), None),
        (b"PK\x03\x04", None),
        (b"MZ\x90\x00", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        (b"", None),
    ],
)
def test_by_its_content(content: bytes, expected: file_kinds.Kind | None) -> None:
    assert recognise(content) is expected


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("letter.pdf", b"<html><script>", "called .pdf but is not a PDF"),
        ("sums.xlsx", WORD, "called .xlsx but is not an Excel workbook"),
        ("photo.JPG", b"\x89PNG\r\n\x1a\n\x00", "called .jpg but is not a JPEG photo"),
        ("page.html", b"<html>", "must be a PDF, JPEG photo"),
        ("letter.docm", WORD, "must be a PDF, JPEG photo"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "or text file"),
        ("a.docx", zipped(types=b"x", **{"word_vbaProject.bin": b"x"}), "macros"),
        ("a.docx", zipped(types=b"x/vbaPROJECT", **{"word_document.xml": b"x"}), "macros"),
        ("a.docx", zipped(types="x/macroEnabled.".encode("utf-16")), "macros"),
        ("a.odt", zipped(Basic_script=b"x"), "macros"),
        ("a.docx", zipped(types=b"x", bomb=bytes(11 * 1024 * 1024)), "far more than a document"),
        ("a.docx", b"PK\x03\x04" + b"PK\x01\x02" * 5_001, "far more than a document"),
    ],
)
def test_files_that_are_refused(name: str, content: bytes, said: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        kind_of(name, content, DOCUMENTS)
    assert refused.value.field == "file"


@pytest.mark.parametrize("name", ["", "scan", "letter of 3.11.2026", "C:\\x\\Letter.PDF"])
def test_a_name_that_claims_nothing_else_is_no_matter(name: str) -> None:
    assert kind_of(name, b"%PDF-1.7", PHOTOS) is file_kinds.PDF


def test_a_receipt_is_no_office_file() -> None:
    with pytest.raises(Refusal, match="must be a PDF, JPEG photo, PNG picture or HEIC photo"):
        kind_of("till.docx", WORD, PHOTOS)


def test_many_parts_declare_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_kinds, "MOST_UNPACKED", 1000)
    with pytest.raises(Refusal, match="far more"):
        recognise(zipped(types=b"x", **{f"p{n}": bytes(300) for n in range(4)}))


@given(st.binary(max_size=60), st.sampled_from([b"", b"PK\x03\x04", WORD[:-30], WORD]))
def test_anything_can_be_looked_at(noise: bytes, start: bytes) -> None:
    assert recognise(start + noise) in (None, *DOCUMENTS)
    assert recognise(noise + start) in (None, *DOCUMENTS)
