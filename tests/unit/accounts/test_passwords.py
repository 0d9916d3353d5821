"""Which passwords may be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keywork.accounts.policy.passwords import weakness

ABOUT = ("Tom Okafor", "tom.okafor@norbridge.example", "Norbridge North")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "thimble-orchard-kite",
        "Übergröße im Wald",
        "830174926583",
        "пароль из слов",
        "   spaces   are   fine  quite ",
        "🦊🐢🦉🐌 hedge row",
    ],
)
def test_a_long_password_that_nobody_would_try_is_taken_whatever_it_is_made_of(
    password: str,
) -> None:
    assert weakness(password, ABOUT) is None


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password1234!",
        "P4ssw0rd2026!!",
        "qwertyuiop12",
        "lkjhgfdsapoiuytrewq",
        "1q2w3e4r5t6y",
        "123456789012",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabc",
        "liverpool2026!",
        "letmein12345",
        "summersummer2025",
        "tom.okafor.1985",
        "Norbridge-North-1",
        "keyworkkeywork",
        "            ",
    ],
)
def test_what_somebody_would_try_first_is_refused(password: str) -> None:
    assert "easy to guess" in (weakness(password, ABOUT) or "")


def test_a_password_has_twelve_to_a_hundred_and_twenty_eight_characters() -> None:
    assert weakness("thimble-kit") == "Use 12 characters or more"
    assert weakness("thimble-kite") is None
    long = "thimble-orchard-" * 8
    assert weakness(long + "x") == "Use 128 characters or fewer"


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_gets_an_answer_and_a_short_one_is_refused(password: str, name: str) -> None:
    assert weakness(password, [name]) or 12 <= len(password) <= 128
