"""Unique pupil numbers: a check letter, then twelve characters. Source: DfE, UPN guide."""

import re
from typing import Final

LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""All but I, O and S, each for the number of its place from 0."""


def parse_upn(text: str) -> str:
    """A pupil number typed in any case, with or without spaces.

    Raises ValueError with a sentence that says what to do.
    """
    upn = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(rf"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]", upn):
        raise ValueError("The UPN must be a letter and 12 numbers, like H801200001001")
    if check_letter(upn[1:]) != upn[0]:
        raise ValueError("Check the UPN: a character is wrong or two have changed places")
    return upn


def check_letter(last_twelve: str) -> str:
    """The first letter that belongs to the twelve characters after it."""
    values = [int(c) if c.isdecimal() else LETTERS.index(c) for c in last_twelve]
    return LETTERS[sum(place * value for place, value in enumerate(values, 2)) % 23]
