"""Purposes, organisations, lawful bases and ways of asking: config/reference/sharing.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).resolve().parents[2] / "config" / "reference" / "sharing.toml"

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
    rows = tomllib.loads(_DATA.read_text(encoding="utf-8"))[list_]
    return {row["key"]: Term(**row) for row in rows}
