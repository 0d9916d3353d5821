"""How dates, times, ages, amounts and counts are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask, render_template_string

from keywork.web import filters

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "today", lambda: TODAY)


def test_days() -> None:
    assert filters.day(TODAY) == "Monday 23 November 2026"
    assert filters.short_day(TODAY) == "23 Nov"
    assert filters.short_day(date(2025, 9, 4)) == "4 Sep 2025"


def test_moments_are_told_in_london() -> None:
    assert filters.when(datetime(2026, 11, 23, 14, 5, tzinfo=UTC)) == "23 Nov 2026, 2:05pm"
    assert filters.when(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 Jul 2026, 12:30am"
    assert filters.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "Wednesday 1 July 2026"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (time(0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(9), "9am"),
        (time(12), "midday"),
        (time(12, 30), "12:30pm"),
        (time(14, 5), "2:05pm"),
        (time(23, 59), "11:59pm"),
    ],
)
def test_times(value: time, text: str) -> None:
    assert filters.clock_time(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (TODAY, "today"),
        (date(2026, 11, 22), "yesterday"),
        (date(2026, 11, 4), "19 days ago"),
        (date(2026, 11, 24), "tomorrow"),
        (date(2026, 11, 26), "in 3 days"),
        (date(2022, 11, 23), "1,461 days ago"),
    ],
)
def test_days_from_today(value: date, text: str) -> None:
    assert filters.ago_days(value) == text


@pytest.mark.parametrize(
    ("born", "text"),
    [
        (TODAY, "0 days"),
        (date(2026, 11, 22), "1 day"),
        (date(2026, 11, 11), "12 days"),
        (date(2026, 10, 24), "30 days"),
        (date(2026, 10, 23), "1 month"),
        (date(2026, 6, 23), "5 months"),
        (date(2025, 5, 23), "18 months"),
        (date(2024, 11, 24), "23 months"),
        (date(2024, 11, 23), "2 years"),
        (date(2023, 11, 24), "2 years"),
        (date(1988, 2, 29), "38 years"),
        (date(2027, 1, 1), "not yet born"),
    ],
)
def test_ages(born: date, text: str) -> None:
    assert filters.age(born) == text


def test_counts() -> None:
    assert filters.plural(1, "day") == "1 day"
    assert filters.plural(0, "day") == "0 days"
    assert filters.plural(1200, "family", "families") == "1,200 families"


def test_templates_have_them_all(app: Flask) -> None:
    source = (
        "{{ 123450 | pounds }} {{ t | time }} {{ d | day }} {{ d | short_day }} {{ m | when }} "
        "{{ d | ago_days }} {{ d | age }} {{ 2 | plural('day') }}"
    )
    with app.app_context():
        moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        shown = render_template_string(source, t=time(9), d=TODAY, m=moment)
    assert shown == (
        "£1,234.50 9am Monday 23 November 2026 23 Nov 23 Nov 2026, 9am today 0 days 2 days"
    )


def test_only_the_first_letter_becomes_a_capital() -> None:
    assert filters.leading_capital("due 24 January") == "Due 24 January"
    assert filters.leading_capital("") == ""
