"""Purposes, organisations, lawful bases and ways of asking: config/reference/sharing.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from keywork.kernel.reference import reference_data

PURPOSES: Final = "purposes"
ORGANISATION_KINDS: Final = "organisation_kinds"
BASES: Final = "bases"
WAYS: Final = "ways"


@dataclass(frozen=True)
class Term:
    """Something to choose, between two days."""

    key: str
    name: str
    valid_from: date
    valid_until: date = date.max

    def holds_on(self, day: date) -> bool:
        """Whether it can be chosen on this day."""
        return self.valid_from <= day < self.valid_until


@lru_cache
def terms(list_: str) -> Mapping[str, Term]:
    """Every term of a list, such as PURPOSES, by its key; former ones too."""
    return {row["key"]: Term(**row) for row in reference_data("sharing")[list_]}
