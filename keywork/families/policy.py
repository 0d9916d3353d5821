"""Rules about families: who may do what, and when two names are the same."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from keywork.accounts.policy import Actor

MEMBER_ROLES: Final = {
    "parent": "Parent or carer",
    "child": "Child",
    "other_adult": "Other adult",
    "non_resident_parent": "Parent living elsewhere",
    "unborn": "Unborn child",
}
TEAM_ROLES: Final = {
    "key_worker": "Key worker",
    "specialist": "Specialist",
    "health_visitor": "Health visitor",
    "other": "Practitioner",
}
CORRECTABLE_KINDS: Final = frozenset({"visit"})
"""Entries whose words are all there is to them; the others record a change made elsewhere."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be put into a family: known already, perhaps."""

    given_name: str
    family_name: str
    date_of_birth: date | None
    nhs_number: str | None
    role: str
    """One of MEMBER_ROLES."""

    @property
    def name_key(self) -> str:
        """The name as it is compared."""
        return name_key(self.given_name, self.family_name)


@dataclass(frozen=True)
class SafeContact:
    """How a family may be reached without putting anyone at risk."""

    may_call: bool
    may_text: bool
    may_leave_message: bool
    may_write: bool
    advice: str = ""

    @property
    def sentence(self) -> str:
        """For the banner: `Text only. Do not leave messages. ... Before 15:00.`"""
        ways = {"Call": self.may_call, "text": self.may_text, "write": self.may_write}
        open_ways = [way for way, allowed in ways.items() if allowed]
        said = " or ".join(filter(None, [", ".join(open_ways[:-1]), *open_ways[-1:]]))
        said += " only" if len(open_ways) == 1 else ""
        refused = {
            "Do not call, text or write": not open_ways,
            "Do not leave messages": not self.may_leave_message,
            "Do not write to the home address": bool(open_ways) and not self.may_write,
        }
        sentences = [said, *(words for words, holds in refused.items() if holds), self.advice]
        return " ".join(_sentence(words) for words in sentences if words)


def may_open_family(actor: Actor, hub_id: int) -> bool:
    """Whether the actor may open a record at this hub."""
    return hub_id in actor.hub_ids


def may_correct(actor: Actor, *, author: str, kind: str, hub_id: int) -> bool:
    """Whether the actor may correct an entry they can read: its author and the hub manager may."""
    return kind in CORRECTABLE_KINDS and (author == actor.viewer or hub_id in actor.managed_hub_ids)


def name_key(given_name: str, family_name: str) -> str:
    """A name as it is compared: case, accents, spaces and punctuation do not matter."""
    return f"{_letters(given_name)} {_letters(family_name)}"


def staff_of(viewers: Iterable[str]) -> list[int]:
    """The ids of the members of staff among these viewers."""
    return [int(viewer[6:]) for viewer in viewers if viewer.startswith("staff:")]


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def _letters(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())
