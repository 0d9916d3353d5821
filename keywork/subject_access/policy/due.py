"""When a request must be answered, and what may become of it."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

WAYS: Final = {
    "letter": "By letter",
    "email": "By e-mail",
    "phone": "By phone",
    "in_person": "Face to face",
    "online": "On our website",
}
ASKERS: Final = {
    "self": "The person",
    "parent": "A parent with parental responsibility",
    "solicitor": "A solicitor or someone else with their authority",
}
STATES: Final = {
    "open": ("Open", "new"),
    "waiting": ("Clock stopped", "waiting"),
    "answered": ("Answered", "good"),
    "refused": ("Refused", "quiet"),
}
"""Where a request stands, in words, and the tone of its tag."""

PAUSES: Final = {"identity": "Proof of identity", "clarification": "What exactly is asked for"}
REFUSALS: Final = {"unfounded": "Manifestly unfounded", "excessive": "Manifestly excessive"}
UNDER_WAY: Final = ("open", "waiting")

SOON: Final = timedelta(days=7)
"""How long before it is due that the officers are reminded."""

_MONTHS, _EXTENDED_MONTHS = 1, 3


def due_on(
    received: date,
    works_on: Callable[[date], bool],
    *,
    paused_days: int = 0,
    extended: bool = False,
) -> date:
    """The last day for an answer, by the ICO's rule: the corresponding day of the next month, or
    that month's last where it has none; days on which the clock stood still are added; a day on
    which nobody works gives way to the next working day. Extended, it is two months more."""
    day = _corresponding(received, _EXTENDED_MONTHS if extended else _MONTHS)
    day += timedelta(days=paused_days)
    while not works_on(day):
        day += timedelta(days=1)
    return day


def _corresponding(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
