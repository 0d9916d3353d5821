"""What a receipt's file is, by its content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.commissioning.services.buying import media_type_of


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"\x00\x00\x00\x18ftypheic\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypmp42\x00", None),
        (b"<html><script>", None),
        (b"PK\x03\x04", None),
        (b"MZ", None),
        (b"GIF89a", None),
        (b"", None),
        (b" %PDF-1.7", None),
    ],
)
def test_by_its_first_bytes(content: bytes, expected: str | None) -> None:
    assert media_type_of(content) == expected


@given(st.binary(max_size=40))
def test_anything_can_be_looked_at(content: bytes) -> None:
    assert media_type_of(content) in {
        None,
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/heic",
    }
