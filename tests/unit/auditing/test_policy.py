"""Which sealed days are checked on which night."""

from datetime import date, timedelta

from keywork.auditing.policy import days_to_check
from keywork.auditing.reference import figures

TONIGHT = date(2026, 11, 23)
FIRST = date(2025, 1, 1)
LAST = date(2026, 11, 22)


def test_recent_days_are_checked_each_night_and_every_older_one_in_its_turn() -> None:
    chosen = figures(TONIGHT)
    recent = {TONIGHT - timedelta(days=n) for n in range(1, chosen.recent_nights + 1)}
    seen = set()
    for night in range(chosen.older_every):
        checked = days_to_check(FIRST, LAST, TONIGHT, chosen)
        assert recent <= set(checked)
        assert len(checked) < len(recent) + 30
        turn = TONIGHT + timedelta(days=night)
        seen |= set(days_to_check(FIRST, LAST, turn, chosen))
    assert len(seen) == (LAST - FIRST).days + 1


def test_all_of_them_when_asked() -> None:
    chosen = figures(TONIGHT)
    checked = days_to_check(FIRST, LAST, TONIGHT, chosen, since=FIRST)
    assert len(checked) == (LAST - FIRST).days + 1
