"""NHS numbers as people type them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.families.nhs_number import check_digit, format_nhs_number, parse_nhs_number


@pytest.mark.parametrize("typed", ["943 476 5919", "9434765919", " 943-476-5919\n"])
def test_spaces_and_dashes_do_not_matter(typed: str) -> None:
    assert parse_nhs_number(typed) == "9434765919"


@pytest.mark.parametrize("typed", ["", "943476591", "94347659190", "943476591O", "٩٤٣٤٧٦٥٩١٩"])
def test_what_is_not_ten_digits_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="10 digits"):
        parse_nhs_number(typed)


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 9))
def test_only_the_right_check_digit_is_taken(nine: str, last: int) -> None:
    if last == check_digit(nine):
        assert parse_nhs_number(f"{nine}{last}") == f"{nine}{last}"
    else:
        with pytest.raises(ValueError, match="Check the NHS number"):
            parse_nhs_number(f"{nine}{last}")


@given(st.text(max_size=15))
def test_anything_else_is_refused_or_is_ten_digits(typed: str) -> None:
    with suppress(ValueError):
        found = parse_nhs_number(typed)
        assert format_nhs_number(found).replace(" ", "") == found
