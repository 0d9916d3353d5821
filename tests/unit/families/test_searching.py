"""What is meant by what is typed into the search box."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.families.policy import Search, parse_search
from keywork.families.policy.finding import MISSING, distance, name_words

BORN = date(2024, 2, 14)


@pytest.mark.parametrize(
    "typed",
    [
        *("14/2/2024", "14-02-2024", "14.2.24", "14 2 2024", "14022024", "2024-02-14"),
        *("14 Feb 2024", "14th February 2024", "14feb24"),
    ],
)
def test_a_date_of_birth_may_be_written_in_many_ways(typed: str) -> None:
    assert parse_search(typed) == Search(born=BORN)
    assert parse_search(f"ava {typed} hartley") == Search(name="ava hartley", born=BORN)


def test_two_digits_are_a_year_that_has_been() -> None:
    assert parse_search("3/4/94").born == date(1994, 4, 3)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("943 476 5919", Search(nhs_number="9434765919")),
        ("Leanne 9434765919", Search(name="Leanne", nhs_number="9434765919")),
        ("h801200001001", Search(upn="H801200001001")),
        ("nb12ab Hartley", Search(name="Hartley", postcode="NB1 2AB")),
        ("kw 412", Search(reference="KW-0412")),
        ("KW-123456", Search(reference="KW-123456")),
        ("O'Neill, Siân", Search(name="O'Neill, Siân")),
    ],
)
def test_numbers_postcodes_and_references_are_recognised(typed: str, meant: Search) -> None:
    assert parse_search(typed) == meant


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/2/2024", "31/2/2024 is not a real date"),
        ("943 476 5918", "Check the NHS number: a digit is wrong or two have changed places"),
        ("A801200001001", "Check the UPN: a character is wrong or two have changed places"),
        ("a", "Enter at least 2 letters of a name"),
        ("...", "Enter at least 2 letters of a name"),
        ("Hartley 1994", "Check “1994”. Write a date of birth like 14/2/2024"),
    ],
)
def test_what_cannot_be_right_is_said(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_search(typed)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_something_to_look_for_or_a_sentence(typed: str) -> None:
    try:
        search = parse_search(typed)
    except ValueError as error:
        assert str(error)[0].isupper() or str(error)[0].isdigit()  # noqa: PT017
    else:
        assert search.kinds
        assert set(search.kinds.split("+")) <= set(vars(search))


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12)


@given(LETTERS, LETTERS, st.data())
def test_a_letter_left_out_put_in_changed_or_swapped_is_one_error(
    first: str, last: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(last) - 2))
    wrong = [
        last[:at] + last[at + 1 :],
        last[:at] + "x" + last[at:],
        last[:at] + "x" + last[at + 1 :],
        last[:at] + last[at + 1] + last[at] + last[at + 2 :],
    ]
    for typed in wrong:
        assert distance(Search(name=f"{typed} {first}"), first, last) <= 1 + 0.1


@pytest.mark.parametrize(
    ("typed", "far"),
    [
        ("Hartley Leanne", 0),
        ("LÉANNE hartley", 0),
        ("leannehartley", 0),
        ("L Hartley", 0),
        ("Leanne", 0.1),
        ("M Hartley", 0.6),
        ("Leane Hartly", 2),
        ("Leanne Smith", MISSING + 0.1),
    ],
)
def test_how_far_a_name_is_from_what_was_typed(typed: str, far: float) -> None:
    assert distance(Search(name=typed), "Leanne", "Hartley") == pytest.approx(far)


def test_words_are_compared_without_what_people_leave_out() -> None:
    assert name_words("Mary-Ann O'Neill  Núñez, Straße") == [
        *("mary", "ann", "oneill", "nunez", "strasse"),
    ]
