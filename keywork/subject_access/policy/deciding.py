"""What about an item concerns others, and whether a person has to decide on it."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Concern(StrEnum):
    """Why an item is not the person's alone to have, in words."""

    OTHERS = "It is about other people too"
    SOURCE = "Somebody else told us"
    PROTECTED = "It is protected"
    NAMES = "It seems to name other people"
    FILE = "It is a file: nobody but you has read what is in it"


class Verdict(StrEnum):
    """What becomes of an item."""

    UNDECIDED = "undecided"
    DEFAULT = "default"
    """Included, because it is about nobody else."""

    INCLUDE = "include"
    INCLUDE_PART = "include_part"
    LEAVE_OUT = "leave_out"


SENT: Final = frozenset({Verdict.DEFAULT, Verdict.INCLUDE, Verdict.INCLUDE_PART})
DECISIONS: Final = {
    Verdict.INCLUDE: "Include it",
    Verdict.INCLUDE_PART: "Include it with words taken out",
    Verdict.LEAVE_OUT: "Leave it out",
}
VERDICTS: Final = {
    Verdict.UNDECIDED: ("To decide", "waiting"),
    Verdict.DEFAULT: ("Included: about nobody else", "quiet"),
    Verdict.INCLUDE: ("Included", "good"),
    Verdict.INCLUDE_PART: ("Included, words taken out", "good"),
    Verdict.LEAVE_OUT: ("Left out", "bad"),
}
ANSWERS: Final = {
    "asked": "Asked, no answer yet",
    "given": "Agrees",
    "refused": "Does not agree",
    "unsafe": "Not asked: it would be unsafe",
}
"""What somebody else says about being in what is sent."""

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


@dataclass(frozen=True)
class Decided:
    """What somebody decided of an item as it then was."""

    decision: str
    digest: bytes


def concerns(
    *, others: bool, told_by_others: bool, protected: bool, named: bool, file: bool
) -> frozenset[Concern]:
    """What about an item concerns others."""
    found = {
        Concern.OTHERS: others,
        Concern.SOURCE: told_by_others,
        Concern.PROTECTED: protected,
        Concern.NAMES: named,
        Concern.FILE: file,
    }
    return frozenset(concern for concern, holds in found.items() if holds)


def verdict(found: frozenset[Concern], digest: bytes, latest: Decided | None) -> Verdict:
    """What becomes of an item. A decision stands for what was decided on: once the item is
    another, somebody decides again, even if it would not have been asked of them at first."""
    if latest is None:
        return Verdict.UNDECIDED if found else Verdict.DEFAULT
    return Verdict(latest.decision) if latest.digest == digest else Verdict.UNDECIDED


def told_by_another(source: str, source_name: str, own_names: Iterable[str]) -> bool:
    """Whether what is written comes from somebody other than the author or the person."""
    if source not in ("family", "partner"):
        return False
    return source == "partner" or source_name.casefold().strip() not in {
        name.casefold() for name in own_names
    }


def names_in(text: str, people: Mapping[str, Iterable[str]]) -> list[str]:
    """Which people a text seems to name: `people` has the words of each one's names.

    A hint for whoever reads the text: misspelt or described, somebody is named and not found.
    """
    words = {word.casefold() for word in _WORD.findall(text)}
    words |= {word.removesuffix("'s").removesuffix("\u2019s") for word in words}
    return [name for name, parts in people.items() if words & {p.casefold() for p in parts if p}]


def digest_of(*facts: Any) -> bytes:
    """A fingerprint of facts, the same for the same facts."""
    said = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).digest()
