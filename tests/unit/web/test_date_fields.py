"""Dates in three boxes and times in one, as people write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from keywork.web.fields import DateField, Form, Required, TimeField

Fill = Callable[..., Any]


class Visit(Form):
    """When a visit was."""

    on = DateField("When was it?", [Required("Enter the date of the visit")], what="Visit date")
    at = TimeField("At what time?", what="Time")


def boxes(day: str = "", month: str = "", year: str = "") -> dict[str, str]:
    """The three boxes as posted."""
    return {"on-day": day, "on-month": month, "on-year": year}


@pytest.mark.parametrize(
    "typed",
    [
        ("23", "11", "2026"),
        (" 23 ", "011"[1:], "2026"),
        ("23rd", "Nov", "2026"),
        ("23RD", "november", "2026"),
        ("23", "Nov.", "2026"),
        ("23/11/2026",),
        ("23 November 2026",),
        ("2026-11-23",),
    ],
)
def test_dates_as_people_write_them(fill: Fill, typed: tuple[str, ...]) -> None:
    form = fill(Visit, boxes(*typed))
    assert form.on.data == date(2026, 11, 23)
    assert not form.errors


@pytest.mark.parametrize(
    ("typed", "sentence", "focus"),
    [
        (("", "", ""), "Enter the date of the visit", "on-day"),
        (("", "11", "2026"), "Visit date must include a day", "on-day"),
        (("23", "", "2026"), "Visit date must include a month", "on-month"),
        (("23", "11", ""), "Visit date must include a year", "on-year"),
        (("23", "", ""), "Visit date must include a month and year", "on-month"),
        (("23", "11", "26"), "Visit date must have a year with 4 numbers, like 2026", "on-year"),
        (("23", "11", "0026"), "Visit date must have a year with 4 numbers, like 2026", "on-year"),
        (("31", "2", "2026"), "Visit date must be a real date", "on-day"),
        (("29", "feb", "2027"), "Visit date must be a real date", "on-day"),
        (("0", "11", "2026"), "Visit date must be a real date", "on-day"),
        (("23", "13", "2026"), "Visit date must be a real date", "on-month"),
        (("23", "ma", "2026"), "Visit date must be a real date", "on-month"),
        (("٢٣", "11", "2026"), "Visit date must be a real date", "on-day"),
        (("-1", "11", "2026"), "Visit date must be a real date", "on-day"),
        (("x" * 1_000_000, "11", "2026"), "Visit date must be a real date", "on-day"),
    ],
)
def test_what_is_wrong_is_named(
    fill: Fill, typed: tuple[str, str, str], sentence: str, focus: str
) -> None:
    form = fill(Visit, boxes(*typed))
    assert form.errors == {"on": [sentence]}
    assert form.error_list == [{"text": sentence, "href": f"#{focus}"}]
    assert f'id="{focus}"' in form.on()
    assert form.on.data is None


def test_a_post_without_the_boxes_is_an_empty_date(fill: Fill) -> None:
    assert fill(Visit).errors == {"on": ["Enter the date of the visit"]}


def test_a_nul_byte_is_left_out(fill: Fill) -> None:
    form = fill(Visit, boxes("23\x00", "11", "2026"))
    assert form.on.data == date(2026, 11, 23)
    assert "\x00" not in form.on()


def test_only_the_faulty_box_is_marked_and_all_stay_as_typed(fill: Fill) -> None:
    html = fill(Visit, boxes("23", "Smarch", "2026")).on()
    assert html.count("govuk-input--error") == 1
    assert 'value="Smarch"' in html
    assert 'value="2026"' in html


def test_our_own_date_is_shown(in_request: None) -> None:
    html = Visit(formdata=None, data={"on": date(2026, 3, 9)}).on()
    assert 'value="9"' in html
    assert 'value="3"' in html
    assert 'value="2026"' in html


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2pm", time(14)),
        ("2 PM", time(14)),
        ("2:30pm", time(14, 30)),
        ("2.30 p.m.", time(14, 30)),
        ("230pm", time(14, 30)),
        ("14:30", time(14, 30)),
        ("1430", time(14, 30)),
        ("9:05", time(9, 5)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("Midday", time(12)),
        ("00:00", time(0)),
        ("", None),
    ],
)
def test_times_as_people_write_them(fill: Fill, typed: str, meant: time | None) -> None:
    form = fill(Visit, boxes("23", "11", "2026"), at=typed)
    assert form.at.data == meant
    assert not form.errors


@pytest.mark.parametrize(
    "typed", ["2", "14", "25:00", "13pm", "0pm", "2:75pm", "soon", "٢pm", "2:30:15", "-1:00"]
)
def test_what_is_no_time(fill: Fill, typed: str) -> None:
    form = fill(Visit, boxes("23", "11", "2026"), at=typed)
    (sentence,) = form.errors["at"]
    assert sentence.endswith("time, like 2:30pm or 14:30")
    assert f'value="{typed}"' in form.at()


def test_our_own_time_is_shown(in_request: None) -> None:
    assert 'value="2:05pm"' in Visit(formdata=None, data={"at": time(14, 5)}).at()
