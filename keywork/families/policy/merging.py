"""What stays when two persons turn out to be one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from keywork.families.ethnicities import ethnicities
from keywork.families.nhs_number import format_nhs_number
from keywork.families.policy.people import DISABILITY, SEND, SEXES, full_name, long_day

KEPT, ABSORBED = "kept", "absorbed"
"""Whose fact stays: that of the record first made, or of the other."""

Facts = Mapping[str, Any]
"""What is known of a person, by column."""

_UNKNOWN: Final = ("", "not_known", None)
_BIRTHS: Final = {"exact": "{}", "estimated": "About {}", "expected": "Due {}"}
_TEXTS: Final[Mapping[str, Mapping[Any, str]]] = {
    "sex": SEXES,
    "disability": DISABILITY,
    "send": SEND,
    "interpreter_needed": {True: "Yes", False: "No"},
}
_SHOWN: Final[Mapping[str, Callable[[Facts], str]]] = {
    "name": lambda facts: full_name(facts["given_name"], facts["family_name"]),
    "born": lambda facts: _BIRTHS[facts["birth"]].format(long_day(facts["date_of_birth"])),
    "nhs_number": lambda facts: format_nhs_number(facts["nhs_number"]),
    "died_on": lambda facts: long_day(facts["died_on"]),
    "ethnicity": lambda facts: ethnicities().get(facts["ethnicity"], "Not known"),
}


@dataclass(frozen=True)
class MergedFact:
    """One thing that is known of a person, and goes into a merge whole."""

    key: str
    label: str
    columns: tuple[str, ...]

    def known(self, facts: Facts) -> bool:
        """Whether anything is known of it."""
        return facts[self.columns[0]] not in _UNKNOWN

    def differs(self, one: Facts, other: Facts) -> bool:
        """Whether it is known of both, and not the same."""
        same = all(one[column] == other[column] for column in self.columns)
        return self.known(one) and self.known(other) and not same

    def words(self, facts: Facts) -> str:
        """As a person reads it."""
        value = facts[self.columns[0]]
        if not self.known(facts):
            return "Not known"
        if self.key in _TEXTS:
            return _TEXTS[self.key][value]
        if self.key in _SHOWN:
            return _SHOWN[self.key](facts)
        return str(value)


MERGED_FACTS: Final = (
    MergedFact("name", "Name", ("given_name", "family_name", "name_key")),
    MergedFact("known_as", "Known as", ("known_as",)),
    MergedFact("born", "Date of birth", ("date_of_birth", "birth")),
    MergedFact("nhs_number", "NHS number", ("nhs_number",)),
    MergedFact("upn", "UPN", ("upn",)),
    MergedFact("sex", "Sex", ("sex",)),
    MergedFact("gender", "Gender", ("gender",)),
    MergedFact("ethnicity", "Ethnic group", ("ethnicity",)),
    MergedFact("language", "Language", ("language",)),
    MergedFact("interpreter_needed", "Interpreter needed", ("interpreter_needed",)),
    MergedFact("disability", "Disabled", ("disability",)),
    MergedFact("send", "Special educational needs", ("send",)),
    MergedFact("adjustments", "What helps", ("adjustments",)),
    MergedFact("died_on", "Died", ("died_on",)),
)


def settled(kept: Facts, absorbed: Facts, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The columns of the kept record that change: `chosen` says whose fact stays where both differ.

    What is known on one side only stays without being asked. Raises KeyError for a choice that is
    missing.
    """
    changed: dict[str, Any] = {}
    for fact in MERGED_FACTS:
        if fact.differs(kept, absorbed):
            takes = chosen[fact.key] == ABSORBED
        else:
            takes = fact.known(absorbed) and not fact.known(kept)
        if takes:
            changed |= {column: absorbed[column] for column in fact.columns}
    return changed
