"""Pupil numbers, ages and names, as people read and type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.families.ethnicities import ethnicities
from keywork.families.policy import age_in_words, full_name
from keywork.families.upn import LETTERS, check_letter, parse_upn
from keywork.kernel.ages import months_between, years_before

TODAY = date(2026, 11, 23)
TWELVE = st.from_regex(rf"\A[0-9]{{11}}[0-9{LETTERS}]\Z")


@pytest.mark.parametrize("typed", ["H801200001001", " h8012 0000 1001\n", "H-801200001001"])
def test_a_pupil_number_may_be_typed_in_any_way(typed: str) -> None:
    assert parse_upn(typed) == "H801200001001"


@pytest.mark.parametrize(
    "typed", ["", "801200001001", "I801200001001", "H80120000100\u0661", "H8" * 9]
)
def test_what_is_not_a_letter_and_twelve_numbers_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="a letter and 12 numbers"):
        parse_upn(typed)


@given(TWELVE, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_of_a_pupil_number_is_noticed(twelve: str, place: int, more: int) -> None:
    right = check_letter(twelve) + twelve
    assert parse_upn(right) == right
    if twelve[place].isdecimal():
        wrong = str((int(twelve[place]) + more) % 10)
        with pytest.raises(ValueError, match="a character is wrong"):
            parse_upn(right[: place + 1] + wrong + right[place + 2 :])


@pytest.mark.parametrize(
    ("born", "birth", "died", "words"),
    [
        (date(2020, 11, 24), "exact", None, "5 years"),
        (date(2025, 5, 23), "exact", None, "18 months"),
        (date(1992, 11, 23), "estimated", None, "about 34"),
        (date(2026, 8, 1), "estimated", None, "about 0"),
        (date(2027, 3, 1), "expected", None, "due 1 March 2027"),
        (None, "expected", None, "not yet born"),
        (None, "exact", None, "not known"),
        (date(1940, 1, 1), "exact", date(2026, 3, 1), "died aged 86 years"),
        (date(1940, 1, 1), "exact", date(2026, 12, 1), "86 years"),
        (None, "exact", date(2026, 3, 1), "died"),
    ],
)
def test_an_age_is_said_as_people_say_it(
    born: date | None, birth: str, died: date | None, words: str
) -> None:
    assert age_in_words(born, birth, TODAY, died) == words


@given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(0, 120))
def test_somebody_of_a_guessed_age_has_that_age(day: date, years: int) -> None:
    born = years_before(day, years)
    assert months_between(born, day) // 12 == years
    assert day - born <= timedelta(days=years * 366)


def test_a_name_shows_what_people_call_them() -> None:
    assert full_name("Leanne", "Hartley", "Lee") == "Leanne (Lee) Hartley"
    assert full_name("Leanne", "Hartley") == "Leanne Hartley"


def test_there_are_the_nineteen_groups_of_the_census_and_one_for_not_saying() -> None:
    assert len(ethnicities()) == 20
    assert ethnicities()["irish"] == "White: Irish"
