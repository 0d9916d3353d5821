"""Who decides about a family's team and record, and how long its key workers have stayed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from keywork.accounts.policy import Actor
from keywork.kernel.ages import age_on


@dataclass(frozen=True)
class Term:
    """The time for which somebody was a family's key worker; it lasts while it has no end."""

    staff_id: int
    since: date
    until: date | None


def may_manage(actor: Actor, hub_id: int) -> bool:
    """Whether the actor decides who is key worker, and closes, opens, splits and joins records."""
    return hub_id in actor.managed_hub_ids


def may_change_team(actor: Actor, hub_id: int, key_worker_id: int | None) -> bool:
    """Whether the actor chooses who else works with the family: its key worker and manager do."""
    return may_manage(actor, hub_id) or actor.staff_id == key_worker_id


def continuity(terms: Sequence[Term], today: date) -> str:
    """`3 key workers in 14 months, the longest for 9 months`; empty when there was none."""
    if not terms:
        return ""
    first, last = min(t.since for t in terms), max(t.until or today for t in terms)
    people = len({term.staff_id for term in terms})
    if people == 1:
        return f"1 key worker in {_span(first, last)}"
    longest = max(terms, key=lambda term: (term.until or today) - term.since)
    stayed = _span(longest.since, longest.until or today)
    return f"{people} key workers in {_span(first, last)}, the longest for {stayed}"


def _span(first: date, last: date) -> str:
    """A time in words, of a day at least."""
    return age_on(first, max(last, first + timedelta(days=1)))
