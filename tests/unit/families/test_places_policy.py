"""How addresses, numbers and the rules about them are written."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.families.policy import CONTACT_WAYS, ContactRule, phone, place, postcode, uprn

POSTCODES = st.from_regex(r"[A-Z]{1,2}[1-9][0-9A-Z]? [0-9][A-Z]{2}", fullmatch=True)


@pytest.mark.parametrize("typed", ["ls62ab", " LS6 2AB ", "l s 6 2 a b", "LS6-2AB", "Ls6.2aB"])
def test_a_postcode_is_written_in_one_way(typed: str) -> None:
    assert postcode(typed) == "LS6 2AB"


@pytest.mark.parametrize(
    "known", ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A 1BB"]
)
def test_every_shape_of_postcode_counts(known: str) -> None:
    assert postcode(known.lower()) == known


@pytest.mark.parametrize(
    "wrong", ["nonsense", "LS6", "LS6 2CI", "QS6 2AB", "2AB LS6", "LS6 2ABC", "٣"]
)
def test_another_text_is_no_postcode(wrong: str) -> None:
    with pytest.raises(ValueError, match="full UK postcode"):
        postcode(wrong)


@given(st.text() | POSTCODES)
def test_a_postcode_that_counts_stays_as_it_is(typed: str) -> None:
    try:
        tidy = postcode(typed)
    except ValueError:
        return
    assert postcode(tidy) == tidy
    assert re.fullmatch("[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", tidy)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("07700 900982", "07700 900982"),
        ("07700900982", "07700900982"),
        ("(01632) 960-001", "01632 960 001"),
        ("+44 (0)7700 900982", "+44 7700 900982"),
        ("  0770 0900  982 ", "0770 0900 982"),
    ],
)
def test_a_telephone_number_stays_readable(typed: str, written: str) -> None:
    assert phone(typed) == written


@pytest.mark.parametrize(
    "wrong", ["123456", "1" * 16, "07700 90098x", "0770+0900982", "٠٧٧٠٠٩٠٠٩٨٢"]
)
def test_another_text_is_no_telephone_number(wrong: str) -> None:
    with pytest.raises(ValueError, match="Enter a telephone number"):
        phone(wrong)


@given(st.text(alphabet="0123456789 +-().x"))
def test_a_telephone_number_that_counts_stays_as_it_is(typed: str) -> None:
    try:
        tidy = phone(typed)
    except ValueError:
        return
    assert phone(tidy) == tidy
    assert re.fullmatch("[+]?[0-9 ]+", tidy)


@pytest.mark.parametrize("wrong", ["12a", "0", "1" * 13])
def test_a_property_number_is_digits(wrong: str) -> None:
    assert uprn("0100 021") == "100021"
    with pytest.raises(ValueError, match="up to 12 digits"):
        uprn(wrong)


@pytest.mark.parametrize("again", ["3 ELM Road\nNorbridge", "3, Elm Road, Norbridge."])
def test_an_address_is_the_same_however_it_is_typed(again: str) -> None:
    assert place(again, "NB1 2AB", "") == place("3 Elm Road,\nNorbridge", "NB1 2AB", "")
    assert place(again, "NB1 2AB", "") != place("5 Elm Road,\nNorbridge", "NB1 2AB", "")
    assert place(again, "NB1 2AB", "77") == place("Flat 1", "", "77")


RULES: list[tuple[ContactRule, str]] = [
    (
        ContactRule(
            "mobile", may_text=True, at_times="weekdays before 15:00", seen_by="Her partner"
        ),
        "Text only. Do not leave messages. Weekdays before 15:00. "
        "Her partner also sees this phone.",
    ),
    (ContactRule("mobile", may_call=True, may_text=True), "Call or text. Do not leave messages."),
    (
        ContactRule("landline", may_call=True, may_leave_message=True),
        "Call. You may leave a message.",
    ),
    (ContactRule("mobile"), "Do not use."),
    (
        ContactRule("mobile", at_times="mornings", seen_by="Her mother and sister"),
        "Do not use. Her mother and sister also see this phone.",
    ),
    (ContactRule("email", may_write=True, seen_by="he"), "Write. He also reads this e-mail."),
]


@pytest.mark.parametrize(("rule", "sentence"), RULES, ids=[words for _, words in RULES])
def test_a_rule_is_a_few_short_sentences(rule: ContactRule, sentence: str) -> None:
    assert rule.sentence == sentence


def every_rule(check: Callable[[ContactRule], None]) -> None:
    """Look at every rule there can be for each kind."""
    for kind, ways in CONTACT_WAYS.items():
        for number in range(2 ** len(ways)):
            chosen = {way: bool(number >> place & 1) for place, way in enumerate(ways)}
            check(ContactRule(kind, **chosen))


def test_a_rule_names_what_is_allowed_and_nothing_else() -> None:
    words = {"may_call": "call", "may_text": "text", "may_write": "write"}

    def check(rule: ContactRule) -> None:
        said = rule.sentence.lower()
        assert {way for way, word in words.items() if word in said} == {
            way for way in words if getattr(rule, way)
        }
        assert ("do not use" in said) == (not rule.usable)

    every_rule(check)
