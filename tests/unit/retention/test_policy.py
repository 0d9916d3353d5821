"""Until when a record is kept: the longest member wins, and what is not known counts as late."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.retention.policy import (
    Kept,
    MemberFacts,
    RecordFacts,
    add_years,
    handoff_kept,
    kept,
    latest_birth,
)
from keywork.retention.reference import policy_of, policy_on, swept_after, version_on

POLICY = policy_on(date(2026, 11, 23))
CLOSED = date(2024, 3, 1)
PARENT = MemberFacts("parent", since=date(2022, 5, 1), born=date(1990, 1, 2))
CHILD = MemberFacts("child", since=date(2022, 5, 1), born=date(2015, 6, 7))

days = st.dates(date(1990, 1, 1), date(2026, 1, 1))


@st.composite
def members(draw: st.DrawFn) -> MemberFacts:
    """Somebody whose dates may be."""
    since = draw(days)
    birth = draw(st.sampled_from(["exact", "estimated", "expected"]))
    born = draw(st.none() | st.dates(date(1930, 1, 1), since))
    if birth == "expected":
        born = draw(st.none() | st.dates(since, since + timedelta(days=300)))
    if birth == "estimated" and born is None:
        birth = "exact"
    role = "unborn" if birth == "expected" else draw(st.sampled_from(["child", "parent"]))
    until = draw(st.none() | st.dates(since, date(2027, 1, 1)))
    died = draw(st.none() | days) if birth != "expected" else None
    return MemberFacts(role, since, until, birth, born, died)


records = st.builds(
    RecordFacts,
    closed_on=days,
    members=st.lists(members(), max_size=5).map(tuple),
    last_contact=st.none() | days,
    last_spent=st.none() | days,
    put_off_until=st.none() | days,
)


def until(record: RecordFacts) -> date:
    """The day, of a record that has one."""
    day = kept(record, POLICY).until
    assert day
    return day


@given(records, members())
def test_one_more_member_never_shortens(record: RecordFacts, member: MemberFacts) -> None:
    assert until(replace(record, members=(*record.members, member))) >= until(record)


@given(records, days)
def test_a_later_closing_contact_or_payment_never_shortens(record: RecordFacts, day: date) -> None:
    for name in ("closed_on", "last_contact", "last_spent", "put_off_until"):
        later = max(day, getattr(record, name) or day)
        assert until(replace(record, **{name: later})) >= until(record)


@given(records, st.booleans())
def test_a_hold_always_wins(record: RecordFacts, taken_up: bool) -> None:
    held = replace(record, held=True, taken_up=taken_up)
    assert kept(held, POLICY) == Kept(None, "any", "It is held")


@given(records)
def test_a_record_that_is_open_has_no_end(record: RecordFacts) -> None:
    assert kept(replace(record, closed_on=None), POLICY).until is None


@given(records)
def test_records_read_as_one_are_kept_as_long_as_the_longer_of_the_two(record: RecordFacts) -> None:
    half = len(record.members) // 2
    parts = record.members[:half], record.members[half:]
    assert until(record) == max(until(replace(record, members=part)) for part in parts)


@given(members().filter(lambda member: member.birth == "exact" and member.born is not None))
def test_what_is_not_known_of_a_birth_counts_as_later(member: MemberFacts) -> None:
    exact = latest_birth(member, POLICY)
    assert latest_birth(replace(member, birth="estimated"), POLICY) > exact
    assert latest_birth(replace(member, born=None), POLICY) >= exact


def test_the_youngest_child_decides_and_the_reason_says_so() -> None:
    record = RecordFacts(CLOSED, (PARENT, CHILD))
    assert kept(record, POLICY) == Kept(
        date(2040, 6, 7), "child", "25 years after the date of birth of a child born by June 2015"
    )


def test_adults_alone_are_kept_six_years_from_the_last_contact() -> None:
    record = RecordFacts(CLOSED, (PARENT,), last_contact=date(2024, 5, 9))
    assert kept(record, POLICY) == Kept(date(2030, 5, 9), "any", "6 years after the last contact")


def test_a_parent_who_was_a_child_is_a_child() -> None:
    young = replace(PARENT, born=date(2006, 1, 1))
    assert until(RecordFacts(CLOSED, (young,))) == date(2031, 1, 1)


@pytest.mark.parametrize(
    ("unborn", "day"),
    [
        (MemberFacts("unborn", date(2023, 9, 1), None, "expected", date(2024, 4, 1)), 2049),
        (MemberFacts("unborn", date(2023, 9, 1), date(2023, 10, 1), "expected"), 2030),
    ],
)
def test_who_may_have_been_born_since_counts_as_a_child(unborn: MemberFacts, day: int) -> None:
    assert until(RecordFacts(CLOSED, (PARENT, unborn))).year == day


def test_what_nobody_took_up_goes_sooner() -> None:
    record = RecordFacts(CLOSED, (PARENT, CHILD), taken_up=False)
    assert kept(record, POLICY) == Kept(
        date(2027, 3, 1), "not_taken_up", "3 years after the record was closed"
    )
    sent = handoff_kept(date(2024, 2, 29), "partner_request", POLICY)
    assert sent == Kept(date(2027, 3, 1), "partner_request", "3 years after it was sent")


def test_an_officer_may_keep_it_longer_and_never_shorter() -> None:
    record = RecordFacts(CLOSED, (CHILD,), put_off_until=date(2041, 1, 1))
    assert kept(record, POLICY).until == date(2041, 1, 1)
    assert until(replace(record, put_off_until=date(2030, 1, 1))) == date(2040, 6, 7)


def test_years_from_the_29th_of_february_end_in_march() -> None:
    assert add_years(date(2024, 2, 29), 25) == date(2049, 3, 1)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_the_file_is_whole_and_each_figure_says_where_it_is_from() -> None:
    version = version_on(date(2026, 11, 23))
    assert version_on(date(2001, 1, 1)) == version
    assert policy_of(version).shortest_years == 3
    assert swept_after("form_drafts") == timedelta(days=30)
    rules = [rule for kind in version["record"].values() for rule in kind["rules"]]
    for figure in (*rules, *version["handoff"].values(), *version["swept"].values()):
        assert figure["source"]
