"""What somebody typed into the search box, and how well a name fits it."""

import calendar
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from keywork.families.nhs_number import parse_nhs_number
from keywork.families.policy.people import name_key
from keywork.families.policy.places import postcode
from keywork.families.upn import parse_upn
from keywork.kernel import clock

_MONTHS: Final = [name.lower() for name in calendar.month_abbr]

_REFERENCE = r"\bkw[- ]?(?P<number>[0-9]{1,9})\b"
_UPN = r"\b[a-z][0-9]{11}[0-9a-z]\b"
_NHS_NUMBER = r"(?<![0-9])[0-9]{3}(?P<gap>[ -]?)[0-9]{3}(?P=gap)[0-9]{4}(?![0-9])"
_POSTCODE = r"\b[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}\b"
_YEAR = "(?P<year>[0-9]{4}|[0-9]{2})"
_DATES = (
    r"\b(?P<year>[0-9]{4})(?P<gap>[-/. ])(?P<month>[0-9]{1,2})(?P=gap)(?P<day>[0-9]{1,2})\b",
    rf"\b(?P<day>[0-9]{{1,2}})(?P<gap>[-/. ])(?P<month>[0-9]{{1,2}})(?P=gap){_YEAR}\b",
    r"\b(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{4})\b",
    rf"\b(?P<day>[0-9]{{1,2}})(st|nd|rd|th)?[ -]*(?P<month>[a-z]{{3,9}})[ .,-]*{_YEAR}\b",
)

_GAPS = re.compile(r"[\s,./-]+")
_PLAIN = str.maketrans({"æ": "ae", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "\u0131": "i"})

MISSING = 3.0
"""How far a name is that lacks one of the words; one with a typing error in it is 1 away."""

OTHER_INITIAL, UNSAID = 0.5, 0.1
SAME_BIRTH, SAME_KEY = 2.0, 4.0
"""How much nearer the same date of birth brings somebody, or the same number or postcode."""


@dataclass(frozen=True)
class Search:
    """What to look for: what was typed, in its parts."""

    name: str = ""
    born: date | None = None
    nhs_number: str | None = None
    upn: str | None = None
    postcode: str | None = None
    reference: str | None = None

    @cached_property
    def words(self) -> list[str]:
        """The words of the name, without initials."""
        return [word for word in name_words(self.name) if not _is_initial(word)]

    @cached_property
    def initials(self) -> list[str]:
        """The single letters in the name: they say which of several is meant."""
        return [word for word in name_words(self.name) if _is_initial(word)]

    @property
    def kinds(self) -> str:
        """Which kinds of thing were typed, for the audit: `name+born`."""
        parts = ("name", "born", "nhs_number", "upn", "postcode", "reference")
        return "+".join(part for part in parts if getattr(self, part))

    @property
    def name_keys(self) -> list[str]:
        """The name as it is compared exactly, whichever of its words are the family name."""
        parts = self.name.split()
        halves = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
        return [key for one, two in halves for key in (name_key(one, two), name_key(two, one))]


def parse_search(text: str) -> Search:
    """The name, date of birth, NHS number, UPN, postcode and reference in what was typed.

    Raises ValueError with a sentence that says what to do.
    """
    search, rest = Search(), text
    if found := _find(_REFERENCE, rest):
        search = replace(search, reference=f"KW-{int(found['number']):04}")
        rest = _without(found)
    if found := _find(_UPN, rest):
        search, rest = replace(search, upn=parse_upn(found[0])), _without(found)
    if found := _find(_NHS_NUMBER, rest):
        search, rest = replace(search, nhs_number=parse_nhs_number(found[0])), _without(found)
    if found := next(filter(None, (_find(pattern, rest) for pattern in _DATES)), None):
        search, rest = replace(search, born=_day(found)), _without(found)
    if found := _find(_POSTCODE, rest):
        search, rest = replace(search, postcode=postcode(found[0])), _without(found)
    if odd := next((word for word in rest.split() if any(map(str.isdigit, word))), None):
        raise ValueError(
            f"Check “{odd}”. Write a date of birth like 14/2/2024, and all 10 digits of an NHS"
            " number"
        )
    search = replace(search, name=" ".join(rest.split()))
    if not search.words and not search.kinds.replace("name", ""):
        raise ValueError("Enter at least 2 letters of a name")
    return search


def name_words(name: str) -> list[str]:
    """The words of a name as they are searched: case, accents and apostrophes do not matter.

    The database's function of the same name does the same.
    """
    plain = unicodedata.normalize("NFKD", name.lower()).replace("ß", "ss").translate(_PLAIN)
    words = ("".join(filter(str.isalnum, word)) for word in _GAPS.split(plain))
    return [word for word in words if word]


def distance(search: Search, given_name: str, family_name: str) -> float:
    """How far a name is from the one that was typed: 0 when it is that, 1 for a typing error."""
    given, family = name_words(given_name), name_words(family_name)
    together = ["".join(given), "".join(family)]
    wholes = [["".join(together)], ["".join(reversed(together))]]
    return min(_distance(search, words) for words in (given + family, together, *wholes))


def _distance(search: Search, name: Sequence[str]) -> float:
    left, total = list(name), 0.0
    for word in sorted(search.words, key=lambda word: word not in name):
        nearest = min(left, key=lambda other: _apart(word, other), default="")
        total += _apart(word, nearest)
        if nearest and _apart(word, nearest) < MISSING:
            left.remove(nearest)
    for initial in search.initials:
        begun = next((word for word in left if word.startswith(initial)), None)
        total += 0 if begun else OTHER_INITIAL
        if begun:
            left.remove(begun)
    return total + UNSAID * len(left)


def _apart(one: str, other: str) -> float:
    """0 for the same word, 1 for one typing error between them, or MISSING."""
    if one == other:
        return 0.0
    near = abs(len(one) - len(other)) < 2 and not _variants(one).isdisjoint(_variants(other))
    return 1.0 if near else MISSING


def _variants(word: str) -> set[str]:
    places = range(len(word)) if len(word) > 2 else ()
    return {word, *(word[:at] + word[at + 1 :] for at in places)}


def _is_initial(word: str) -> bool:
    """Whether it is one letter of an alphabet; one Chinese character can be a whole name."""
    return len(word) == 1 and word.isascii()


def _find(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(pattern, text, re.IGNORECASE | re.ASCII)


def _without(found: re.Match[str]) -> str:
    return f"{found.string[: found.start()]} {found.string[found.end() :]}"


def _day(found: re.Match[str]) -> date:
    """The day that was written. With two digits for the year it is the latest that has been."""
    month, year = found["month"].lower(), int(found["year"])
    if not month.isdigit():
        month = _MONTHS.index(month[:3]) if month[:3] in _MONTHS else 0
    if len(found["year"]) == 2:
        year += 2000 if year <= clock.today().year % 100 else 1900
    try:
        return date(year, int(month), int(found["day"]))
    except ValueError:
        raise ValueError(f"{found[0].strip()} is not a real date") from None
