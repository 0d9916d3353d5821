"""Dates and times of day, however a person writes them."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from wtforms.utils import unset_value

from keywork.web.fields.base import GovukField, Validators, posted_text
from keywork.web.fields.text import TypedField
from keywork.web.filters import clock_time
from keywork.web.widgets import Params

PARTS = ("day", "month", "year")
WIDTHS = {"day": 2, "month": 2, "year": 4}
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
YEARS = range(1900, 2101)
LONGEST_PART = 30

TIME = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?(am|pm)?")
TIME_WORDS = {"midday": time(12), "noon": time(12), "midnight": time(0)}


class DateField(GovukField):
    """A date in three boxes, posted as `name-day`, `name-month` and `name-year`.

    Takes 3, 03 or 3rd, and 11, Nov or November; a whole date pasted into the first box also counts.
    """

    component = "date-input"
    data: date | None

    def __init__(self, label: str, validators: Validators = (), **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.parts = dict.fromkeys(PARTS, "")
        self.faulty: tuple[str, ...] = ()

    def process_data(self, value: date | None) -> None:
        """Start from a date of ours."""
        self.data = value
        if value is not None:
            self.parts = {part: str(getattr(value, part)) for part in PARTS}

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the three boxes; what is missing is empty."""
        super().process(None, data, extra_filters)
        if formdata is None:
            return
        self.raw_data = [posted_text(formdata.getlist(f"{self.name}-{part}")) for part in PARTS]
        typed = [" ".join(text.replace("\x00", "").split()) for text in self.raw_data]
        self.parts = dict(zip(PARTS, typed, strict=True))
        self.data = None
        try:
            self.data = self._read()
        except ValueError as problem:
            self.process_errors = [str(problem)]

    def _read(self) -> date | None:
        day, month, year = (text[:LONGEST_PART] for text in self.parts.values())
        if day and not month and not year and len(pasted := re.split(r"[\s/.,-]+", day)) == 3:
            day, month, year = reversed(pasted) if len(pasted[0]) == 4 else pasted
        given = dict(zip(PARTS, (day, month, year), strict=True))
        missing = tuple(part for part in PARTS if not given[part])
        if len(missing) == len(PARTS):
            return None
        if missing:
            self.faulty = missing
            raise ValueError(f"{self.what} must include a {' and '.join(missing)}")
        numbers = {"day": day_number(day), "month": month_number(month), "year": year_number(year)}
        self.faulty = tuple(part for part in PARTS if not numbers[part])
        if self.faulty == ("year",):
            raise ValueError(f"{self.what} must have a year with 4 numbers, like 2026")
        try:
            return date(**numbers)
        except ValueError:
            raise ValueError(f"{self.what} must be a real date") from None

    @property
    def focus_id(self) -> str:
        """The first box that is wrong."""
        return f"{self.id}-{(self.faulty or PARTS)[0]}"

    def params(self) -> Params:
        """The macro's parameters, with the three boxes."""
        wrong = (self.faulty or PARTS) if self.errors else ()
        params = super().params() | {"group": True, "namePrefix": self.name}
        params["items"] = [
            {
                "name": part,
                "value": self.parts[part],
                "classes": f"govuk-input--width-{WIDTHS[part]}"
                + (" govuk-input--error" if part in wrong else ""),
            }
            for part in PARTS
        ]
        return params


class TimeField(TypedField):
    """A time of day: 2pm, 2:30 pm, 14:30, 1430, midday."""

    data: time | None
    width = 5

    def parse(self, text: str) -> time:
        """The time that a text like 2:30pm stands for."""
        compact = re.sub(r"\s|\.(?=m)|(?<=m)\.", "", text.lower())
        if compact in TIME_WORDS:
            return TIME_WORDS[compact]
        found = TIME.fullmatch(compact)
        if found is None or not (found[2] or found[3]):
            raise ValueError(f"{self.what} must be a time, like 2:30pm or 14:30")
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            hour = hour % 12 + (12 if found[3] == "pm" else 0) if 1 <= hour <= 12 else 24
        try:
            return time(hour, minute)
        except ValueError:
            raise ValueError(f"{self.what} must be a real time, like 2:30pm or 14:30") from None

    def show(self, value: time) -> str:
        """The time as we write it."""
        return clock_time(value)


def day_number(text: str) -> int:
    """3, 03 or 3rd as a number; 0 if it is no day of a month."""
    found = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?", text.lower())
    return int(found[1]) if found and int(found[1]) <= 31 else 0


def month_number(text: str) -> int:
    """11, nov or November as a number; 0 if it is no month."""
    if re.fullmatch(r"[0-9]{1,2}", text):
        return int(text) if int(text) <= 12 else 0
    word = text.lower().rstrip(".")
    named = [number for number, month in enumerate(MONTHS, 1) if month.startswith(word)]
    return named[0] if named and len(word) >= 3 else 0


def year_number(text: str) -> int:
    """A year that somebody alive could mean, as a number; 0 if it is none."""
    return int(text) if re.fullmatch(r"[0-9]{4}", text) and int(text) in YEARS else 0
