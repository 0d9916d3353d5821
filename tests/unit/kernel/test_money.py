"""Amounts as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.kernel.money import LARGEST_PENCE, MoneyError, format_pence, parse_pounds


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("85", 85_00),
        ("£85", 85_00),
        (" £ 85.5 ", 85_50),
        ("£1,234.50", 1_234_50),
        ("0.01", 1),
        ("12.", 12_00),
        ("1,000,000", LARGEST_PENCE),
        ("007", 7_00),
    ],
)
def test_an_amount_is_read_as_pence(typed: str, pence: int) -> None:
    assert parse_pounds(typed) == pence


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter an amount in pounds and pence, like 85 or 85.50"),
        ("12.345", "The amount must be in whole pence, like 12.34"),
        ("-5", "The amount must be more than £0"),
        ("£-5", "The amount must be more than £0"),
        ("0", "The amount must be more than £0"),
        ("1e9", "Enter an amount in pounds and pence, like 85 or 85.50"),
        ("NaN", "Enter an amount in pounds and pence, like 85 or 85.50"),
        ("inf", "Enter an amount in pounds and pence, like 85 or 85.50"),
        ("١٢", "Enter an amount in pounds and pence, like 85 or 85.50"),
        ("1,23", "Enter an amount in pounds and pence, like 85 or 85.50"),
        ("85 pounds", "Enter an amount in pounds and pence, like 85 or 85.50"),
        ("1000000.01", "The amount must be £1,000,000.00 or less"),
        ("9" * 4000, "The amount must be £1,000,000.00 or less"),
    ],
)
def test_what_is_not_an_amount_gets_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(MoneyError) as caught:
        parse_pounds(typed)
    assert str(caught.value) == sentence


@given(st.integers(1, LARGEST_PENCE))
def test_every_amount_that_can_be_shown_can_be_typed(pence: int) -> None:
    assert parse_pounds(format_pence(pence)) == pence


@given(st.text())
def test_anything_typed_is_an_amount_or_a_sentence(typed: str) -> None:
    try:
        pence = parse_pounds(typed)
    except MoneyError:
        return
    assert 0 < pence <= LARGEST_PENCE
