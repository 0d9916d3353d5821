"""Printed pages: what anybody may have typed into them, and who can read them."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from keywork.kernel import paper
from keywork.kernel.glyphs import MISSING, printable

MADE_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MARKUP = '= Title #read("/etc/passwd") #sys.inputs *strong* $x^2$ `raw` @label <tag> \\ // gone'
MANY_SCRIPTS = "Łódź Ștefan Γιώργος Олена שלום عربي اُردُو 中文 ਪੰਜਾਬੀ 😀👩‍👧"


def a_record(*texts: str, **changed: Any) -> dict[str, Any]:
    """A record with these entries and nothing else."""
    return {
        "title": "Your record",
        "person": "Leah Marsh",
        "reference": "C-2345678",
        "made_on": "23 November 2026",
        "made_by": "Sam Hill, key worker,",
        "entries": [{"title": "Note", "text": text, "note": ""} for text in texts],
        **changed,
    }


def printed(data: dict[str, Any], template: str = "record") -> PdfReader:
    """The document it becomes."""
    return PdfReader(BytesIO(paper.render(template, data, made_at=MADE_AT)))


def words(document: PdfReader) -> str:
    """All of it, the footers of its pages too, on one line; long words in one piece."""
    said = " ".join(" ".join(page.extract_text().split()) for page in document.pages)
    return said.replace("\u200b", "")


def test_the_same_data_and_time_make_the_same_bytes() -> None:
    once, again = (paper.render("record", a_record("x"), made_at=MADE_AT) for _ in range(2))
    assert once == again


def test_a_screen_reader_finds_tags_a_language_a_title_and_headings() -> None:
    facts = [{"heading": "About you", "rows": [["Name", "Leah Marsh"]]}]
    document = printed(a_record("x", facts=facts))
    root = document.root_object
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "en-GB")  # type: ignore[index]
    assert document.metadata and document.metadata.title == "Your record"
    assert document.metadata.creation_date == MADE_AT
    said = root["/Metadata"].get_data().decode()  # type: ignore[attr-defined]
    assert "<pdfuaid:part>1</pdfuaid:part>" in said and "<pdfaid:part>2</pdfaid:part>" in said
    kinds = {str(part.get("/S")) for part in _structure(root["/StructTreeRoot"])}
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD"} <= kinds


def test_what_was_typed_is_never_markup() -> None:
    assert MARKUP in words(printed(a_record(MARKUP)))


def test_what_our_fonts_lack_is_a_box_and_the_page_says_so() -> None:
    text = words(printed(a_record(MANY_SCRIPTS)))
    assert "Łódź Ștefan Γιώργος Олена" in text and "שלום" in text
    assert "cannot be printed here" in text
    assert "cannot be printed here" not in words(printed(a_record("Łódź □")))
    assert printable("中文 ਪ 👧") == f"{MISSING * 2} {MISSING} {MISSING}"


def test_what_only_misleads_is_left_out() -> None:
    assert printable("a\u202eb\x00c\u200bd\r\ne\tf") == "abcd\ne f"


def test_a_very_long_text_stays_within_its_pages() -> None:
    document = printed(a_record("x" * 20_000, "word " * 4_000))
    assert 8 < len(document.pages) < 40
    assert words(document).count("x") >= 20_000


def test_each_page_says_whose_it_is_and_when_it_was_made() -> None:
    document = printed(a_record("word " * 2_000))
    for number, page in enumerate(document.pages, 1):
        foot = " ".join(page.extract_text().split())
        assert "C-2345678, for Leah Marsh only. Made on 23 November 2026." in foot
        assert f"Page {number} of {len(document.pages)}" in foot


@pytest.mark.parametrize("empty", [{}, {"facts": [], "tables": [], "plan": {}}])
def test_what_there_is_nothing_of_leaves_no_trace(empty: dict[str, Any]) -> None:
    document = printed(a_record(**empty))
    assert len(document.pages) == 1
    left = words(document).removesuffix("Page 1 of 1").strip()
    assert left == (
        "Your record For Leah Marsh. Sam Hill, key worker, made this on 23 November 2026."
        " C-2345678, for Leah Marsh only. Made on 23 November 2026."
    )


@settings(max_examples=40)
@given(st.lists(st.text(max_size=200), max_size=4))
def test_whatever_is_typed_can_be_printed(texts: list[str]) -> None:
    table = [{"heading": "Table", "columns": ["One"], "rows": [[text] for text in texts]}]
    assert printed(a_record(*texts, tables=table)).pages


def _structure(node: Any) -> list[Any]:
    """Every part of the document's structure."""
    node = node.get_object()
    kids = node.get("/K", []) if hasattr(node, "get") else []
    parts = kids if isinstance(kids, list) else [kids]
    found = [node]
    for part in parts:
        if hasattr(part.get_object(), "get"):
            found.extend(_structure(part))
    return found
