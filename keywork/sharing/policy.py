"""Rules of consent: what may follow what, and whether it covers something."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

STATES: Final = {
    "asked": "Asked, no answer yet",
    "given": "Given",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "not_asked_unsafe": "Not asked: it would be unsafe",
}
TONES: Final = {"asked": "waiting", "given": "good", "refused": "bad", "withdrawn": "bad"}
"""Of the tag of each state; others are quiet."""

ANSWERS: Final = frozenset({"given", "refused", "withdrawn"})
"""States that somebody has decided on."""

UNSAFE: Final = "not_asked_unsafe"
BY_CONSENT: Final = "consent"
"""The lawful basis that needs no reason."""

_FIRST: Final = ("asked", "given", "refused", UNSAFE)
_AFTER_GIVEN: Final = ("withdrawn", "given")


@dataclass(frozen=True)
class Answer:
    """Where one member stands on one purpose, with one organisation or any (empty)."""

    member_id: int
    purpose: str
    organisation: str
    state: str
    valid_until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it is consent on this day."""
        return self.state == "given" and (self.valid_until is None or day <= self.valid_until)


def next_states(latest: str | None) -> tuple[str, ...]:
    """What may be recorded after a state: only what was given is withdrawn, and it stands until
    then."""
    return _AFTER_GIVEN if latest == "given" else _FIRST


def consents(answers: Iterable[Answer], purpose: str, organisation: str, day: date) -> bool:
    """Whether somebody whose answers these are, oldest first, has agreed to this: an answer about
    the organisation goes before one about any."""
    found = {
        answer.organisation.casefold(): answer for answer in answers if answer.purpose == purpose
    }
    answer = found.get(organisation.casefold()) or found.get("")
    return answer is not None and answer.holds_on(day)
