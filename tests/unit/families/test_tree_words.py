"""What a symbol of the family tree says: names that fit below it, and an age that fits inside."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.families.policy import kinds
from keywork.families.queries import MemberView, RelationshipView, TreeView
from keywork.families.tree import LABEL_WIDTH, drawn_tree, label_lines, short_age, width_of

TODAY = date(2026, 11, 23)
LEANNE = MemberView(
    id=1,
    uid=UUID(int=1),
    person_id=1,
    given_name="Leanne",
    family_name="Hartley",
    known_as="",
    date_of_birth=date(1997, 6, 3),
    birth="exact",
    died_on=None,
    sex="female",
    nhs_number=None,
    role="parent",
    since=date(2026, 9, 4),
)
DARREN = replace(LEANNE, id=2, person_id=2, given_name="Darren", family_name="Pike", sex="male")
CALLUM = replace(
    LEANNE,
    id=3,
    person_id=3,
    given_name="Callum",
    sex="male",
    role="child",
    date_of_birth=date(2020, 8, 9),
)


def tie(first: MemberView, second: MemberView, kind: str, **dates: date) -> RelationshipView:
    """A relationship between two of them."""
    days = dict.fromkeys(("started_on", "separated_on", "ended_on")) | dates
    return RelationshipView(
        uid=UUID(int=9),
        first=first,
        second=second,
        kind=kinds()[kind],
        parental_responsibility="not_known",
        words="",
        version=1,
        recorded_by=None,
        **days,
    )


PARENTS = [tie(LEANNE, CALLUM, "birth_parent"), tie(DARREN, CALLUM, "birth_parent")]


def sentences(*ties: RelationshipView, former: MemberView | None = None) -> list[str]:
    """What each symbol is called."""
    members = [m for m in (LEANNE, DARREN, CALLUM) if m != former]
    tree = TreeView(TODAY, members, [former] if former else [], list(ties))
    return [person.sentence for person in drawn_tree(tree, []).people.values()]


def test_a_symbol_is_named_for_who_somebody_is_to_the_others() -> None:
    married = tie(LEANNE, DARREN, "married", separated_on=date(2026, 1, 1))
    assert sentences(*PARENTS, married) == [
        "Leanne Hartley, 29 years, wife of Darren Pike",
        "Darren Pike, 29 years, husband of Leanne Hartley",
        "Callum Hartley, 6 years, son of Leanne Hartley and Darren Pike",
    ]
    divorced = tie(LEANNE, DARREN, "married", ended_on=date(2026, 1, 1))
    assert sentences(*PARENTS, divorced)[0] == "Leanne Hartley, 29 years, mother of Callum Hartley"
    assert sentences()[0] == "Leanne Hartley, 29 years"


def test_a_couple_is_shown_as_it_stood_on_the_day() -> None:
    married = tie(
        LEANNE, DARREN, "married", separated_on=date(2024, 1, 1), ended_on=date(2026, 1, 1)
    )
    said = []
    for day in (date(2023, 1, 1), date(2025, 1, 1), TODAY):
        drawn = drawn_tree(TreeView(day, [LEANNE, DARREN], [], [married]), [])
        strokes = sum(line.style == "slash" for line in drawn.picture.lines)
        said.append((drawn.people[1].partners, strokes))
    assert said == [
        (["Darren Pike (married)"], 0),
        (["Darren Pike (married, separated)"], 1),
        (["Darren Pike (divorced)"], 2),
    ]


def test_the_unborn_and_those_who_care_for_a_child_are_drawn_as_such() -> None:
    unborn = replace(CALLUM, birth="expected", date_of_birth=date(2027, 3, 1), role="unborn")
    carer = tie(DARREN, unborn, "foster_carer", ended_on=date(2026, 1, 1))
    drawn = drawn_tree(
        TreeView(TODAY, [LEANNE, DARREN, unborn], [], [tie(LEANNE, unborn, "birth_parent"), carer]),
        [],
    )
    shown = drawn.picture.symbols[-1].someone
    assert (shown.shape, shown.label) == ("triangle", ["Callum", "Hartley", "due 1 Mar"])
    assert {line.style for line in drawn.picture.lines} == {"birth_parent"}
    assert drawn.people[3].parents[-1] == "Darren Pike (foster carer until 1 January 2026)"


def test_a_former_member_is_said_to_be_one() -> None:
    said = sentences(*PARENTS, former=DARREN)[-1]
    assert said == "Darren Pike, 29 years, father of Callum Hartley, no longer in the family"


@pytest.mark.parametrize(
    ("changed", "age"),
    [
        ({}, "29"),
        ({"died_on": date(2017, 6, 2)}, "19"),
        ({"date_of_birth": date(2025, 5, 1)}, "18m"),
        ({"date_of_birth": date(2026, 11, 11)}, "12d"),
        ({"date_of_birth": date(2027, 3, 1), "birth": "expected"}, ""),
        ({"date_of_birth": None}, ""),
    ],
)
def test_an_age_fits_inside_the_symbol(changed: dict[str, object], age: str) -> None:
    assert short_age(replace(LEANNE, **changed), TODAY) == age  # type: ignore[arg-type]


def test_long_names_break_where_they_may() -> None:
    assert label_lines("Oluwaseun-Grace", "Featherstone") == ["Oluwaseun-", "Grace", "Featherstone"]
    assert label_lines("Lee", "Hartley") == ["Lee", "Hartley"]
    assert label_lines("Konstantinopoulos", "O") == ["Konstantino…", "O"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_name_fits_below_a_symbol(given: str, family: str) -> None:
    lines = label_lines(given, family)
    assert 2 <= len(lines) <= 3
    assert all(width_of(line) <= LABEL_WIDTH for line in lines)
