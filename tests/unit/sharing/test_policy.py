"""Consent: what may follow what, and what it covers."""

from datetime import date

import pytest

from keywork.sharing.policy import STATES, UNSAFE, Answer, consents, next_states
from keywork.sharing.reference import BASES, ORGANISATION_KINDS, PURPOSES, WAYS, terms

TODAY = date(2026, 11, 23)


def answer(state: str = "given", organisation: str = "", until: date | None = None) -> Answer:
    """What member 1 said about a referral."""
    return Answer(1, "referral", organisation, state, until)


def test_only_what_was_given_is_withdrawn_and_it_stands_until_then() -> None:
    assert set(next_states("given")) == {"given", "withdrawn"}
    for latest in (None, "asked", "refused", "withdrawn", UNSAFE):
        assert set(next_states(latest)) == STATES.keys() - {"withdrawn"}


@pytest.mark.parametrize(
    ("answers", "covered"),
    [
        ([], False),
        ([answer()], True),
        ([answer("asked")], False),
        ([answer("given"), answer("withdrawn")], False),
        ([answer(until=TODAY)], True),
        ([answer(until=date(2026, 11, 22))], False),
        ([answer(organisation="MILL Lane School")], True),
        ([answer(organisation="Another school")], False),
        ([answer(), answer("refused", "Mill Lane School")], False),
        ([answer("refused"), answer("given", "Mill Lane School")], True),
    ],
)
def test_an_answer_about_the_organisation_goes_before_one_about_any(
    answers: list[Answer], covered: bool
) -> None:
    assert consents(answers, "referral", "Mill Lane School", TODAY) is covered
    assert not consents(answers, "payment", "Mill Lane School", TODAY)


def test_every_list_offers_something_today() -> None:
    for list_ in (PURPOSES, ORGANISATION_KINDS, BASES, WAYS):
        assert [term for term in terms(list_).values() if term.holds_on(TODAY)]
    assert not terms(BASES)["child_welfare"].holds_on(date(2026, 4, 28))
    assert {"consent", "public_task"} <= terms(BASES).keys()
    assert "handoff" in terms(WAYS) and "referral" in terms(PURPOSES)
