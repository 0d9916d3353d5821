"""The family tree as a picture: everybody once, nothing over anything else, whatever the family."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keywork.families.genogram import (
    Couple,
    Descent,
    Facts,
    Line,
    Picture,
    Siblings,
    Someone,
    Symbol,
    draw,
)
from keywork.families.genogram.picture import RADIUS
from tests.unit.families.trees import FAMILIES

HALF_LABEL = 44
SHAPES = ("square", "circle", "diamond", "triangle")
PARENTS = ("birth_parent", "adoptive_parent", "step_parent", "foster_carer", "carer", "grandparent")
PEOPLE = st.integers(1, 14)


@st.composite
def any_facts(build: st.DrawFn) -> Facts:
    """People with ties at random: circles, strangers and couples of three generations too."""
    ids = list(range(1, build(PEOPLE) + 1))
    one = st.sampled_from([*ids, 99])
    people = [
        Someone(
            id_,
            build(st.sampled_from(SHAPES)),
            build(st.none() | st.dates()),
            build(st.integers(0, 1)),
            ("x",) * build(st.integers(1, 3)),
        )
        for id_ in ids
    ]
    states = st.sampled_from(["together", "separated", "ended"])
    return Facts(
        people,
        build(st.lists(st.builds(Couple, one, one, st.just("married"), states), max_size=8)),
        build(st.lists(st.builds(Descent, one, one, st.sampled_from(PARENTS)), max_size=18)),
        build(
            st.lists(
                st.builds(Siblings, one, one, st.sampled_from(["sibling", "half_sibling"])),
                max_size=4,
            )
        ),
        build(st.lists(st.lists(one, max_size=5), max_size=4)),
    )


def box(symbol: Symbol) -> tuple[float, float, float, float]:
    """The space that a symbol and its label take."""
    below = 8 + 16 * len(symbol.someone.label)
    x, y = symbol.x, symbol.y
    return x - HALF_LABEL, y - RADIUS, x + HALF_LABEL, y + RADIUS + below


def meets(symbol: Symbol, x: float, y: float) -> bool:
    """Whether a point is on the edge of a symbol, or by a pixel off."""
    return abs(x - symbol.x) <= RADIUS + 1 and abs(y - symbol.y) <= RADIUS + 1


def on_line(line: Line, x: float, y: float) -> bool:
    """Whether a point is on a line."""
    return any(
        min(x1, x2) - 1 <= x <= max(x1, x2) + 1
        and min(y1, y2) - 1 <= y <= max(y1, y2) + 1
        and abs((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)) <= 1 + abs(x2 - x1) + abs(y2 - y1)
        for (x1, y1), (x2, y2) in pairwise(line.points)
    )


def assert_drawn(facts: Facts, picture: Picture) -> None:
    """Everybody once; no two over each other; no line through anybody, and none in the air."""
    assert [symbol.someone for symbol in picture.symbols] == list(facts.people)
    for one, other in combinations(map(box, picture.symbols), 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    for line in picture.lines:
        assert_ends(picture, line)
        for symbol in picture.symbols:
            assert not crosses(line, symbol), (line, symbol)
    points = [p for drawn in (*picture.lines, *picture.outlines) for p in corners(drawn)]
    points += [p for symbol in picture.symbols for p in (box(symbol)[:2], box(symbol)[2:])]
    assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in points)


def corners(drawn: object) -> tuple[tuple[float, float], ...]:
    """The points of a line or an outline."""
    return drawn.points if isinstance(drawn, Line) else drawn.corners  # type: ignore[attr-defined,no-any-return]


def assert_ends(picture: Picture, line: Line) -> None:
    """Each end of a line is at a symbol or at another line."""
    for x, y in (line.points[0], line.points[-1]) if line.style != "slash" else ():
        assert any(meets(symbol, x, y) for symbol in picture.symbols) or any(
            on_line(other, x, y) for other in picture.lines if other is not line
        ), line


def crosses(line: Line, symbol: Symbol) -> bool:
    """Whether a line runs through a symbol or its label; it may reach the edge of the symbol."""
    left, _, right, bottom = box(symbol)
    for (x1, y1), (x2, y2) in pairwise(line.points):
        for step in range(1, 20):
            x, y = x1 + (x2 - x1) * step / 20, y1 + (y2 - y1) * step / 20
            beside = meets(symbol, *line.points[0]) or meets(symbol, *line.points[-1])
            in_symbol = abs(x - symbol.x) < RADIUS - 1 and abs(y - symbol.y) < RADIUS - 1
            in_label = left < x < right and symbol.y + RADIUS + 2 < y < bottom
            if in_label or (in_symbol and not beside):
                return True
    return False


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_is_drawn_clearly(name: str) -> None:
    assert_drawn(FAMILIES[name], draw(FAMILIES[name]))


@settings(max_examples=80)
@given(any_facts())
def test_any_family_is_drawn_clearly(facts: Facts) -> None:
    assert_drawn(facts, draw(facts))


@pytest.mark.parametrize("name", FAMILIES)
def test_nobody_else_is_inside_the_outline_of_a_household(name: str) -> None:
    facts = FAMILIES[name]
    picture = draw(facts)
    for home, outline in zip(facts.households, picture.outlines, strict=True):
        inside = {s.someone.id for s in picture.symbols if is_inside(outline.corners, s.x, s.y)}
        assert inside == set(home)


def is_inside(corners: tuple[tuple[float, float], ...], x: float, y: float) -> bool:
    """Whether a line to the left of a point crosses the loop an odd number of times."""
    edges = zip(corners, [*corners[1:], corners[0]], strict=True)
    crossed = [x1 for (x1, y1), (x2, y2) in edges if x1 == x2 < x and min(y1, y2) < y < max(y1, y2)]
    return len(crossed) % 2 == 1


def drawn(name: str) -> dict[str, Symbol]:
    """The symbols of a family by first name."""
    return {symbol.someone.label[0]: symbol for symbol in draw(FAMILIES[name]).symbols}


def styles(name: str) -> list[str]:
    """How the lines of a family are drawn."""
    return [line.style for line in draw(FAMILIES[name]).lines]


def test_children_stand_below_their_parents_the_oldest_on_the_left() -> None:
    at = drawn("nuclear")
    assert at["Darren"].y == at["Leanne"].y < at["Callum"].y == at["Poppy"].y
    assert at["Callum"].x < at["Poppy"].x
    middle = (at["Darren"].x + at["Leanne"].x) / 2
    assert (at["Callum"].x + at["Poppy"].x) / 2 == middle


def test_grandparents_stand_above_parents_though_they_live_together() -> None:
    at = drawn("three_generations")
    assert at["Joan"].y < at["Kim"].y < at["Amy"].y
    assert at["Lee"].y == at["Kim"].y == at["Carl"].y


def test_a_former_husband_stands_left_of_her_and_the_new_one_right() -> None:
    at = drawn("remarried")
    assert at["Ian"].x < at["Ruth"].x < at["Omar"].x
    assert at["Sam"].x < at["Ali"].x
    assert styles("remarried").count("slash") == 2
    assert "step_parent" in styles("remarried")


def test_one_stroke_says_separated() -> None:
    assert styles("separated").count("slash") == 1
    assert styles("nuclear").count("slash") == 0


def test_lines_of_twins_begin_at_one_point() -> None:
    at = drawn("twins")
    picture = draw(FAMILIES["twins"])
    ends = {line.points[-1]: line.points[0] for line in picture.lines}
    origins = [ends[at[name].x, at[name].y - RADIUS] for name in ("Tia", "Tom")]
    assert origins[0] == origins[1]


def test_parents_who_are_no_couple_are_tied_by_a_line_of_its_own() -> None:
    people = [Someone(1), Someone(2), Someone(3, generation=1)]
    facts = Facts(people, descents=[Descent(1, 3), Descent(2, 3)])
    assert "parents" in [line.style for line in draw(facts).lines]


def test_people_whom_nothing_ties_stand_as_adults_and_children() -> None:
    at = drawn("nothing_known")
    assert at["Ana"].y == at["Jon"].y == at["Old"].y < at["Una"].y == at["Vera"].y == at["Wes"].y


def test_nobody_makes_a_picture_of_nothing() -> None:
    picture = draw(Facts([]))
    assert (picture.symbols, picture.lines) == ([], [])


def test_twenty_people_in_three_generations_fit_on_a_page_across() -> None:
    picture = draw(FAMILIES["twenty"])
    assert len(picture.symbols) == 20 and len({s.y for s in picture.symbols}) == 3
    assert picture.width <= 1500
