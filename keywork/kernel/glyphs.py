"""Which characters our printed pages can show: those that the font they are set in has."""

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from config.settings import ROOT

FONTS: Final = ROOT / "templates" / "print" / "fonts"
MISSING: Final = "\u25a1"
"""An empty box, in the place of a character that cannot be printed."""

_WHOLE_UNICODE: Final = 12
"""The format of the table that says which glyph each character has, as we read it."""

_JOINERS: Final = "\u200c\u200d"
"""Persian and others need them; whatever else has no shape of its own could only mislead."""


def printable(text: str) -> str:
    """The text with a box for each character that our fonts lack.

    They have Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic; they lack the scripts
    of India and East Asia, and most emoji.
    """
    known = _characters()
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    return "".join(_shown(character, known) for character in composed)


def _shown(character: str, known: frozenset[int]) -> str:
    kind = unicodedata.category(character)
    if character == "\n" or character in _JOINERS:
        return character
    if kind in ("Cc", "Cf"):
        return ""
    if ord(character) in known and kind != "Co":
        return character
    return "" if kind == "Mn" else MISSING


@cache
def _characters() -> frozenset[int]:
    """Those that both the regular and the bold font have."""
    regular, bold = (_of_font(FONTS / name) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"))
    return regular & bold


def _of_font(path: Path) -> frozenset[int]:
    """The characters of a TrueType font: its `cmap` table, groups of (first, last, glyph)."""
    font = path.read_bytes()
    tables = (struct.unpack_from(">4s4xII", font, 12 + 16 * i) for i in range(_u16(font, 4)))
    cmap = next(start for tag, start, _ in tables if tag == b"cmap")
    for i in range(_u16(font, cmap + 2)):
        [offset] = struct.unpack_from(">I", font, cmap + 8 + 8 * i)
        if _u16(font, cmap + offset) == _WHOLE_UNICODE:
            [groups] = struct.unpack_from(">I", font, cmap + offset + 12)
            found = struct.iter_unpack(">III", font[cmap + offset + 16 :][: 12 * groups])
            return frozenset(c for first, last, _ in found for c in range(first, last + 1))
    raise ValueError(f"{path.name} does not say which characters it has")


def _u16(font: bytes, at: int) -> int:
    [value] = struct.unpack_from(">H", font, at)
    return int(value)
