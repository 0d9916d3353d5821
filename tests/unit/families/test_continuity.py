"""How long key workers stayed, in a sentence."""

from datetime import date

import pytest

from keywork.families.policy import Term, continuity

TODAY = date(2026, 11, 23)
FIRST = Term(1, date(2025, 9, 20), date(2025, 12, 1))
SECOND = Term(2, date(2025, 12, 1), date(2026, 9, 5))


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ([], ""),
        ([Term(1, TODAY, None)], "1 key worker in 1 day"),
        ([FIRST], "1 key worker in 2 months"),
        (
            [FIRST, SECOND, Term(3, date(2026, 9, 5), None)],
            "3 key workers in 14 months, the longest for 9 months",
        ),
        (
            [FIRST, SECOND, Term(1, date(2026, 9, 5), None)],
            "2 key workers in 14 months, the longest for 9 months",
        ),
    ],
)
def test_key_workers_are_counted_over_the_time_they_had(terms: list[Term], sentence: str) -> None:
    assert continuity(terms, TODAY) == sentence
