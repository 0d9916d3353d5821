"""Which passwords are good enough: long, and not what anybody would try first.

No kind of character is asked for and none is refused: rules of that sort only make people write
`Password1!` (NIST SP 800-63B 5.1.1.2, ASVS 5.0 6.2).
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from keywork.accounts.policy.sign_in import rules
from keywork.kernel.reference import reference_data

SERVICE: Final = "keywork"
ENOUGH: Final = 4
"""How many characters must be left once everything easily guessed is taken away."""

SHORTEST_RUN: Final = 3
_REPEATED: Final = re.compile(r"(.+?)\1{2,}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


def weakness(password: str, about: Iterable[str] = ()) -> str | None:
    """Why the password may not be used, as a sentence; None when it may.

    `about` is what somebody who knows the person would try: their name, e-mail address and hubs.
    """
    asked = rules()
    if len(password) < asked.shortest:
        return f"Use {asked.shortest} characters or more"
    if len(password) > asked.longest:
        return f"Use {asked.longest} characters or fewer"
    folded = _YEAR.sub(" ", password.casefold())
    words = {SERVICE, *_context(about), *reference_data("common_passwords")["words"]}
    if min(len(_left(each, words)) for each in (folded, folded.translate(_look_alikes()))) < ENOUGH:
        return "This password is easy to guess. Try three or more words that do not belong together"
    return None


def _context(about: Iterable[str]) -> Iterator[str]:
    for text in about:
        yield from _WORD.findall(text.casefold())


def _left(text: str, words: Iterable[str]) -> str:
    """What remains without words, rows of keys and repetition."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    return "".join(_without_runs(_REPEATED.sub(r"\1", text)).split())


def _without_runs(text: str) -> str:
    """The text without three or more characters that follow each other on a row."""
    kept, start = "", 0
    while start < len(text):
        end = start + 1
        while end < len(text) and text[start : end + 1] in _runs(text[start:end]):
            end += 1
        if end - start < SHORTEST_RUN:
            end = start + 1
            kept += text[start]
        start = end
    return kept


def _runs(begun: str) -> frozenset[str]:
    """Every way in which a run that begins so goes on by one."""
    return frozenset(
        row[at : at + len(begun) + 1]
        for row in _rows()
        for at in range(len(row))
        if row.startswith(begun, at)
    )


@cache
def _rows() -> tuple[str, ...]:
    rows = reference_data("common_passwords")["rows"]
    return (*rows, *(row[::-1] for row in rows))


@cache
def _look_alikes() -> dict[int, str]:
    return str.maketrans(reference_data("common_passwords")["look_alikes"])
