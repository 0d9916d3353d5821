"""How much says that two persons are one, and what stays when they are."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.families.policy import (
    ABSORBED,
    FEATURES,
    KEPT,
    MERGED_FACTS,
    matching,
    mistaken_dates,
    settled,
    turned,
)

NOBODY: dict[str, Any] = {column: None for fact in MERGED_FACTS for column in fact.columns}


def test_every_weight_has_words_and_a_feature() -> None:
    rules = matching()
    assert set(rules.weights) == set(rules.words)
    assert {reason.partition(".")[0] for reason in rules.weights} == set(FEATURES)


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        (("given.slip", "family.same", "born.same", "sex.same"), "Very likely"),
        (("given.same", "family.different", "born.same"), "Possible"),
        (("given.same", "family.same", "born.same"), "Very likely"),
        (("given.same", "family.same", "born.same", "nhs.different"), "Possible"),
    ],
)
def test_a_score_is_what_its_reasons_weigh_together(reasons: tuple[str, ...], words: str) -> None:
    rules = matching()
    score = rules.score(reasons)
    assert score == pytest.approx(sum(rules.weights[reason] for reason in reasons))
    assert rules.how_likely(score) == words


def test_reasons_for_and_against_are_told_apart() -> None:
    rules = matching()
    reasons = ["given.same", "born.different"]
    assert rules.explain(reasons) == ["Same first name"]
    assert rules.explain(reasons, against=True) == ["Different dates of birth"]


DAYS = st.dates(date(1901, 1, 1), date(2025, 12, 31))


@given(DAYS)
def test_a_day_turned_round_twice_is_the_day(day: date) -> None:
    assert turned(turned(day)) == day


@given(DAYS)
def test_a_date_mistaken_once_may_be_mistaken_back(day: date) -> None:
    slips = mistaken_dates(day)
    assert day not in slips
    assert all(day in mistaken_dates(slip) for slip in slips if 1910 < slip.year < 2020)


def test_what_is_known_on_one_side_stays_and_what_differs_is_chosen() -> None:
    kept = NOBODY | {"given_name": "Rosa", "family_name": "Pike", "name_key": "rosa pike"}
    absorbed = NOBODY | {"given_name": "Roza", "family_name": "Pike", "name_key": "roza pike"}
    absorbed |= {"nhs_number": "9434765919", "sex": "female"}
    learnt = {"nhs_number": "9434765919", "sex": "female"}
    assert settled(kept, absorbed, {"name": KEPT}) == learnt
    assert settled(kept, absorbed, {"name": ABSORBED})["given_name"] == "Roza"
    with pytest.raises(KeyError):
        settled(kept, absorbed, {})
