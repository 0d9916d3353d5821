"""Time as the product means it: moments in UTC, days in London, hours people work."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from keywork.kernel.reference import reference_data

LONDON: Final = ZoneInfo("Europe/London")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in London."""
    return now().astimezone(LONDON).date()


def financial_year(day: date) -> int:
    """The year in which the financial year holding `day` began (1 April): 2026-03-31 is 2025."""
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1


def financial_year_end(year: int) -> date:
    """The last day, 31 March, of the financial year that began in `year`."""
    return date(year + 1, 3, 31)


@dataclass(frozen=True)
class WorkingTime:
    """When an office works: on weekdays (Monday is 0), from `opens` to `closes`, less holidays."""

    weekdays: frozenset[int]
    opens: time
    closes: time
    holidays: frozenset[date]

    def works_on(self, day: date) -> bool:
        """Whether the office is open on this day."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def deadline(self, start: datetime, hours: float) -> datetime:
        """The moment `hours` working hours after `start`, in UTC."""
        left = timedelta(hours=hours)
        moment = start.astimezone(LONDON)
        while True:
            opens, closes = self._span(moment.date())
            begins = max(moment.astimezone(UTC), opens)
            if self.works_on(moment.date()) and begins < closes:
                if left <= closes - begins:
                    return begins + left
                left -= closes - begins
            moment = datetime.combine(moment.date() + timedelta(days=1), time(0), LONDON)

    def _span(self, day: date) -> tuple[datetime, datetime]:
        return (
            datetime.combine(day, self.opens, LONDON).astimezone(UTC),
            datetime.combine(day, self.closes, LONDON).astimezone(UTC),
        )


@lru_cache
def working_time() -> WorkingTime:
    """The office hours and bank holidays in `config/reference/working_time.toml`."""
    data = reference_data("working_time")
    return WorkingTime(
        weekdays=frozenset(data["weekdays"]),
        opens=data["opens"],
        closes=data["closes"],
        holidays=frozenset(data["bank_holidays"]),
    )
