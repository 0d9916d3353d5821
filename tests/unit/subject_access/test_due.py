"""When a request for subject access must be answered."""

from datetime import date

import pytest

from keywork.kernel.clock import working_time
from keywork.subject_access.policy import due_on


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 9, 3), date(2026, 10, 5)),  # the 3rd of October is a Saturday
        (date(2026, 11, 23), date(2026, 12, 23)),
        (date(2026, 1, 31), date(2026, 3, 2)),  # February has no 31st; its last day is a Saturday
        (date(2027, 1, 29), date(2027, 3, 1)),  # the 28th is a Sunday
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas, Boxing Day, Sunday, its bank holiday
        (date(2025, 12, 1), date(2026, 1, 2)),  # New Year
        (date(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_it_is_due_on_the_corresponding_day_of_the_next_month(received: date, due: date) -> None:
    assert due_on(received, working_time().works_on) == due


def test_days_on_which_the_clock_stood_still_are_added() -> None:
    assert due_on(date(2026, 9, 1), working_time().works_on, paused_days=8) == date(2026, 10, 9)
    assert due_on(date(2026, 9, 1), working_time().works_on, paused_days=9) == date(2026, 10, 12)


def test_extended_it_is_due_on_the_corresponding_day_of_the_third_month() -> None:
    assert due_on(date(2026, 9, 3), working_time().works_on, extended=True) == date(2026, 12, 3)
    assert due_on(date(2026, 11, 30), working_time().works_on, extended=True) == date(2027, 3, 1)
