"""Ages in words."""

from datetime import date


def months_between(born: date, day: date) -> int:
    """How many whole months old somebody born then is on a day."""
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)


def age_on(born: date, day: date) -> str:
    """An age on a day: 12 days, 18 months (until two), 3 years; "not yet born" before it."""
    if born > day:
        return "not yet born"
    months = months_between(born, day)
    if months < 1:
        return _counted((day - born).days, "day")
    return _counted(months, "month") if months < 24 else _counted(months // 12, "year")


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for a 29th that there was not."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _counted(count: int, one: str) -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"
