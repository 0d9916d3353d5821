"""Which sealed days are checked on which night."""

from datetime import date, timedelta

from keywork.auditing.reference import Figures


def days_to_check(
    first: date, last: date, tonight: date, figures: Figures, since: date | None = None
) -> list[date]:
    """All since a day, or all the recent ones; and of the older ones those whose turn it is."""
    recent = since or tonight - timedelta(days=figures.recent_nights)
    turn = tonight.toordinal() % figures.older_every
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [d for d in days if d >= recent or d.toordinal() % figures.older_every == turn]
