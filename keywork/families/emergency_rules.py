"""For how long an emergency opens a record, and why one may: dated data, in `config`."""

from collections.abc import Mapping
from datetime import date

from keywork.kernel.reference import reference_data


def emergency_hours(day: date) -> int:
    """For how many hours a record that is opened on this day stays open."""
    dated = reference_data("access", folder="policy")["emergency"]
    in_force = [version for version in dated if version["valid_from"] <= day]
    hours: int = max(in_force, key=lambda version: version["valid_from"])["hours"]
    return hours


def emergency_reasons() -> Mapping[str, str]:
    """The kinds of emergency there are, in words, by key."""
    found: dict[str, str] = reference_data("emergency_reasons")["reasons"]
    return found
