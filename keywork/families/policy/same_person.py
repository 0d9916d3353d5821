"""How likely two persons are one, from what agrees: weights in `config/reference/matching.toml`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from keywork.kernel import clock
from keywork.kernel.reference import reference_data

FEATURES: Final = ("given", "family", "born", "nhs", "upn", "sex", "relative")
"""What is compared, in the order in which reasons are given."""


@dataclass(frozen=True)
class Matching:
    """The weights in force on a day, in bits, and where the words for a score begin."""

    weights: Mapping[str, float]
    """By feature and level: `born.swapped`."""

    words: Mapping[str, str]
    possible: float
    likely: float
    very_likely: float

    def score(self, reasons: Iterable[str]) -> float:
        """The weights of these agreements and differences together."""
        return round(sum(self.weights[reason] for reason in reasons), 1)

    def how_likely(self, score: float) -> str:
        """The score in words."""
        if score >= self.very_likely:
            return "Very likely"
        return "Likely" if score >= self.likely else "Possible"

    def explain(self, reasons: Collection[str], *, against: bool = False) -> list[str]:
        """The reasons for its being one person, or `against`, as sentences."""
        told = (r for r in reasons if (self.weights[r] < 0) == against)
        return [self.words[reason] for reason in told]


def matching(day: date | None = None) -> Matching:
    """The weights in force on a day, or today's."""
    return _in_force(day or clock.today())


@lru_cache
def _in_force(day: date) -> Matching:
    data = reference_data("matching")
    versions = [row for row in data["version"] if row["in_force_from"] <= day]
    latest = max(versions, key=lambda row: row["in_force_from"])
    bounds = {name: latest[name] for name in ("possible", "likely", "very_likely")}
    return Matching(latest["weights"], data["words"], **bounds)


def turned(day: date) -> date:
    """The date with day and month in each other's place, where that is one."""
    return _date(f"{day:%Y%d%m}") or day


def mistaken_dates(day: date) -> set[date]:
    """The dates that one slip makes of this one: another digit, or two that changed places."""
    digits = f"{day:%Y%m%d}"
    slips = [f"{digits[:i]}{other}{digits[i + 1 :]}" for i in range(2, 8) for other in "0123456789"]
    slips += [
        digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(len(digits) - 1)
    ]
    return {other for other in map(_date, slips) if other} - {day}


def _date(digits: str) -> date | None:
    try:
        found = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return found if date(1900, 1, 1) < found <= clock.today() + timedelta(days=310) else None
