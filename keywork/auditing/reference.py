"""The acts in words, and what stands out: two files of `config/reference`."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from keywork.kernel.reference import reference_data


@dataclass(frozen=True)
class Figures:
    """How much is too much, and how much is checked again each night."""

    valid_from: date
    look_back_days: int
    families_in_an_hour: int
    refusals_in_a_day: int
    recent_nights: int
    older_every: int


def figures(today: date) -> Figures:
    """The figures that hold on this day."""
    versions = [Figures(**version) for version in reference_data("auditing")["figures"]]
    return max((v for v in versions if v.valid_from <= today), key=lambda v: v.valid_from)


@cache
def acts() -> dict[str, str]:
    """What each act says, by its name."""
    rooms: dict[str, dict[str, str]] = reference_data("audit_acts")
    return {f"{room}.{verb}": said for room, verbs in rooms.items() for verb, said in verbs.items()}
