"""How dates, ages, amounts and counts are written, everywhere: GOV.UK style, London time."""

from __future__ import annotations

from datetime import date, datetime, time

from flask import Flask

from keywork.kernel.ages import age_on
from keywork.kernel.clock import LONDON, today
from keywork.kernel.money import format_pence


def register_filters(app: Flask) -> None:
    """Make them filters of the templates, under their own names but for `pounds` and `time`."""
    for filter_ in (day, short_day, when, ago_days, age, plural, leading_capital):
        app.add_template_filter(filter_)
    app.add_template_filter(format_pence, "pounds")
    app.add_template_filter(clock_time, "time")


def day(value: date) -> str:
    """A date in full: Monday 23 November 2026."""
    return f"{local_day(value):%A} {local_day(value).day} {local_day(value):%B %Y}"


def short_day(value: date) -> str:
    """A date where there is little room: 23 Nov, with the year when it is not this one."""
    value = local_day(value)
    return f"{value.day} {value:%b}" + ("" if value.year == today().year else f" {value:%Y}")


def when(value: datetime) -> str:
    """A moment, in London: 23 Nov 2026, 2:05pm."""
    here = value.astimezone(LONDON)
    return f"{here.day} {here:%b %Y}, {clock_time(here.time())}"


def clock_time(value: time) -> str:
    """A time of day: 2:05pm, 2pm, midday, midnight."""
    if value.minute == 0 and value.hour in (0, 12):
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'pm' if value.hour >= 12 else 'am'}"


def ago_days(value: date) -> str:
    """How many days from today: today, yesterday, 19 days ago, tomorrow, in 3 days."""
    days = (today() - local_day(value)).days
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}
    if days in near:
        return near[days]
    return f"{days:,} days ago" if days > 0 else f"in {-days:,} days"


def age(born: date) -> str:
    """An age: 12 days, 18 months (until two), 3 years. An unborn child is "not yet born"."""
    return age_on(born, today())


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: 1 day, 2 days, 0 families."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def leading_capital(words: str) -> str:
    """Words as a sentence begins, whatever follows the first letter: Due 24 January."""
    return words[:1].upper() + words[1:]


def local_day(value: date) -> date:
    """The day in London on which a moment falls; a date is its own."""
    return value.astimezone(LONDON).date() if isinstance(value, datetime) else value
