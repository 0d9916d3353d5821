"""Who lives with whom follows from who lives where."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from keywork.families.policy import NO_ADDRESS
from keywork.families.queries import MemberView, ResidenceView
from keywork.families.queries.households import households_of, moves_of

DAY = date(2026, 5, 1)
NOWHERE = UUID(int=0)


def a_member(number: int) -> MemberView:
    """Somebody in the family."""
    return MemberView(
        id=number,
        uid=NOWHERE,
        person_id=number,
        given_name=f"P{number}",
        family_name="Marsh",
        known_as="",
        date_of_birth=None,
        birth="exact",
        died_on=DAY if number == 5 else None,
        sex="not_known",
        nhs_number=None,
        role="parent",
        since=DAY,
    )


def a_home(person: int, place: str, since: int, length: int | None) -> ResidenceView:
    """Somebody's residence, in days from DAY."""
    begins = DAY + timedelta(days=since)
    return ResidenceView(
        id=0,
        uid=NOWHERE,
        family_id=1,
        member_id=person,
        member_uid=NOWHERE,
        person_id=person,
        member_name=f"P{person} Marsh",
        kind="home",
        since=begins,
        until=None if length is None else begins + timedelta(days=length),
        ended_by=None,
        protected=False,
        given_to=(),
        readers=(),
        address=place,
        postcode="",
        uprn="",
        place=place,
    )


MEMBERS = [a_member(number) for number in range(6)]
HOMES = st.lists(
    st.builds(
        a_home,
        st.integers(0, 7),
        st.sampled_from("abc"),
        st.integers(-5, 5),
        st.none() | st.integers(0, 9),
    )
)


@given(HOMES)
def test_everybody_is_in_each_of_their_homes_once_or_without_one(
    homes: list[ResidenceView],
) -> None:
    found = {h.label: [m.person_id for m in h.members] for h in households_of(MEMBERS, homes, DAY)}
    assert found.pop("Died") == [5]
    without = found.pop(NO_ADDRESS, [])
    for place in "abc":
        here = {h.person_id for h in homes if h.place == place and h.holds_on(DAY)}
        assert found.get(place, []) == sorted(here & set(range(5)))
    assert without == [p for p in range(5) if not any(p in lives for lives in found.values())]


@given(HOMES)
def test_households_are_the_same_on_any_two_days_without_a_move_between(
    homes: list[ResidenceView],
) -> None:
    moved = {move.on for move in moves_of(homes)}
    members = MEMBERS[:5]
    for day in (DAY + timedelta(days=n) for n in range(-6, 15)):
        before, after = (
            {h.label: h.members for h in households_of(members, homes, at)}
            for at in (day - timedelta(days=1), day)
        )
        assert before == after or day in moved
