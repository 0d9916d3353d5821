"""Working hours, London days and financial years."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.kernel.clock import LONDON, financial_year, financial_year_end, working_time


def london(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in London."""
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (london(23, 10), 4, london(23, 14)),
        (london(23, 16), 4, london(24, 12)),
        (london(27, 16, 30), 4, london(30, 12, 30)),
        (london(28, 11), 4, london(30, 13)),
        (london(23, 7), 1, london(23, 10)),
        (london(23, 17), 1, london(24, 10)),
        (london(24, 16, month=12), 4, london(29, 12, month=12)),
        (london(27, 16, month=3), 4, london(30, 12, month=3)),
        (london(23, 9), 8, london(23, 17)),
    ],
)
def test_a_deadline_counts_working_hours_only(start: datetime, hours: int, end: datetime) -> None:
    assert working_time().deadline(start, hours) == end


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 11, 1)),  # noqa: DTZ001
    st.integers(1, 40),
)
def test_a_deadline_is_always_in_working_time(start: datetime, hours: int) -> None:
    office = working_time()
    end = office.deadline(start.replace(tzinfo=UTC), hours).astimezone(LONDON)
    assert office.works_on(end.date())
    assert office.opens <= end.time() <= office.closes
    assert (end - start.replace(tzinfo=UTC)).total_seconds() >= hours * 3600


def test_the_financial_year_turns_on_the_first_of_april() -> None:
    assert financial_year(date(2026, 3, 31)) == 2025
    assert financial_year(date(2026, 4, 1)) == 2026
    assert financial_year_end(2026) == date(2027, 3, 31)
