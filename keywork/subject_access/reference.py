"""Why something is sent or is not, and the words that go with it: config/reference."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from keywork.kernel.reference import reference_data


@dataclass(frozen=True)
class Reason:
    """Why an item is included, or not, between two days."""

    key: str
    name: str
    decisions: tuple[str, ...]
    """The decisions it is a reason for."""

    valid_from: date
    valid_until: date = date.max

    def holds_on(self, day: date) -> bool:
        """Whether it can be chosen on this day."""
        return self.valid_from <= day < self.valid_until


@lru_cache
def reasons() -> dict[str, Reason]:
    """Every reason by its key, former ones too."""
    rows = reference_data("access_reasons")["reasons"]
    return {row["key"]: Reason(**row | {"decisions": tuple(row["decisions"])}) for row in rows}


def cover(day: date) -> dict[str, Any]:
    """The words of the covering page as they were on a day."""
    pages = reference_data("access_reasons")["cover"]
    held = [page for page in pages if page["valid_from"] <= day]
    return {key: words for key, words in held[-1].items() if key != "valid_from"}
