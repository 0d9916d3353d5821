"""For how long an emergency opens a record."""

from datetime import date

from keywork.families.emergency_rules import emergency_hours, emergency_reasons
from keywork.kernel.reference import reference_data


def test_no_emergency_lasts_longer_than_the_database_allows() -> None:
    for version in reference_data("access", folder="policy")["emergency"]:
        assert 0 < emergency_hours(version["valid_from"]) <= 24


def test_the_hours_are_those_in_force_on_the_day() -> None:
    assert emergency_hours(date(2026, 11, 23)) == 4
    assert "other" in emergency_reasons()
