"""Until which day a record is kept, and by which rule. Pure: facts in, a day out.

Of everything that asks for a record to be kept, the latest day wins; what is not known for certain
counts as late as it can be. A record that is open or held is kept without an end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

LONGEST_PREGNANCY: Final = timedelta(days=310)
LATEST_AFTER_DUE: Final = timedelta(days=30)

AFTER: Final = {
    "birth": "the date of birth",
    "closed": "the record was closed",
    "last_contact": "the last contact",
    "death": "the death",
    "spent": "money was last spent",
}
"""What the time is counted from, in the words of a reason."""


@dataclass(frozen=True)
class Rule:
    """So many years after something."""

    after: str
    years: int


@dataclass(frozen=True)
class RecordClass:
    """A kind of record, and every rule for it."""

    key: str
    name: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Policy:
    """One version of the rules."""

    valid_from: date
    estimate_adds_years: int
    child_until_years: int
    put_off_at_most_years: int
    hold_looked_at_within_years: int
    classes: Mapping[str, RecordClass]
    handoff_years: Mapping[str, int]

    @property
    def shortest_years(self) -> int:
        """No record is due sooner than this after it was closed."""
        return min(r.years for kind in self.classes.values() for r in kind.rules)


@dataclass(frozen=True)
class MemberFacts:
    """What counts of one place in a family; a joined record's members are among them."""

    role: str
    since: date
    until: date | None = None
    birth: str = "exact"
    """exact, estimated, or expected."""

    born: date | None = None
    died: date | None = None


@dataclass(frozen=True)
class RecordFacts:
    """What counts of one record and those that are read with it."""

    closed_on: date | None
    members: tuple[MemberFacts, ...] = ()
    last_contact: date | None = None
    last_spent: date | None = None
    taken_up: bool = True
    held: bool = False
    put_off_until: date | None = None
    """The day until which an officer has decided to keep it."""


@dataclass(frozen=True)
class Kept:
    """Until when; no day while there is no end. On that day it may be erased."""

    until: date | None
    record_class: str
    because: str


def kept(record: RecordFacts, policy: Policy) -> Kept:
    """Until which day a record is kept, and which of its members and rules made it so."""
    if record.held:
        return Kept(None, "any", "It is held")
    if record.closed_on is None:
        return Kept(None, "any", "The record is open")
    latest = max(_reasons(record, record.closed_on, policy), key=lambda reason: reason[0])
    until, record_class, because = latest
    if record.put_off_until and record.put_off_until > until:
        return Kept(record.put_off_until, record_class, "An officer decided to keep it")
    return Kept(until, record_class, because)


def handoff_kept(sent_on: date, record_class: str, policy: Policy) -> Kept:
    """The same for a handoff or request that nobody allocated."""
    years = policy.handoff_years[record_class]
    return Kept(add_years(sent_on, years), record_class, f"{_years(years)} after it was sent")


def add_years(day: date, years: int) -> date:
    """The same day of a later year; 29 February is 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _reasons(
    record: RecordFacts, closed_on: date, policy: Policy
) -> Iterator[tuple[date, str, str]]:
    dates = {"closed": closed_on, "last_contact": record.last_contact, "spent": record.last_spent}
    if not record.taken_up:
        yield from _apply(policy.classes["not_taken_up"], dates)
        return
    yield from _apply(policy.classes["any"], dates)
    yield from _apply(policy.classes["money"], dates)
    for member in record.members:
        kind = class_of(member, policy)
        born = latest_birth(member, policy)
        yield from _apply(
            policy.classes[kind], dates | {"birth": born, "death": member.died}, _who(kind, born)
        )


def _apply(
    kind: RecordClass, dates: Mapping[str, date | None], who: str = ""
) -> Iterator[tuple[date, str, str]]:
    for rule in kind.rules:
        start = dates.get(rule.after)
        if start is not None:
            because = f"{_years(rule.years)} after {AFTER[rule.after]}{who}"
            yield add_years(start, rule.years), kind.key, because


def class_of(member: MemberFacts, policy: Policy) -> str:
    """What somebody counts as. Who may have been born by the end counts as a child."""
    if member.birth == "expected":
        return "child" if member.until is None else "unborn"
    if member.role in {"child", "unborn"}:
        return "child"
    young = member.born and add_years(latest_birth(member, policy), policy.child_until_years)
    return "child" if young and young > member.since else "adult"


def latest_birth(member: MemberFacts, policy: Policy) -> date:
    """The latest day on which somebody can have been born: nobody joins a family before that."""
    if member.birth == "expected":
        if member.born is None:
            return member.since + LONGEST_PREGNANCY
        return max(member.born + LATEST_AFTER_DUE, member.since)
    if member.born is None:
        return member.since
    if member.birth == "estimated":
        return add_years(member.born, policy.estimate_adds_years)
    return member.born


def _who(kind: str, born: date) -> str:
    return f" of a child born by {born:%B} {born.year}" if kind == "child" else ""


def _years(years: int) -> str:
    return "1 year" if years == 1 else f"{years} years"
