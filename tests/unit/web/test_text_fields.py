"""Text, email, password, hidden, whole numbers, scores and money: right, or one clear sentence."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from keywork.web.fields import (
    EmailField,
    Form,
    HiddenField,
    IntegerField,
    MoneyField,
    PasswordField,
    Required,
    ScoreField,
    TextArea,
    TextField,
)

Fill = Callable[..., Any]
MEGABYTE = "x" * 1_000_000
NUL = "contains a character that cannot be saved. Delete it and type it again"


class Answers(Form):
    """One field of each kind."""

    name = TextField("First name", [Required("Enter the child's first name")], max_length=50)
    story = TextArea("What happened", max_length=100)
    notes = TextArea("Notes")
    email = EmailField("Email address")
    password = PasswordField("Password")
    version = HiddenField()
    hours = IntegerField("Hours", least=1, most=24)
    score = ScoreField("Score")
    amount = MoneyField("Amount", what="The amount")


def errors(form: Form) -> dict[str, list[str]]:
    """The form's errors but for the name's, which most tests leave out."""
    return {name: list(found) for name, found in form.errors.items() if name != "name"}


@pytest.mark.parametrize("typed", ["Leah", "  Leah\n", "Leah\x0b"])
def test_text_is_put_on_one_line(fill: Fill, typed: str) -> None:
    form = fill(Answers, name=typed)
    assert form.name.data == "Leah"
    assert not form.errors


@pytest.mark.parametrize("typed", ["", "   ", "\t\r\n"])
def test_nothing_but_space_is_nothing(fill: Fill, typed: str) -> None:
    assert fill(Answers, name=typed).errors == {"name": ["Enter the child's first name"]}


def test_what_is_missing_is_empty(fill: Fill) -> None:
    form = fill(Answers)
    assert form.errors == {"name": ["Enter the child's first name"]}
    assert form.story.data == ""
    assert form.email.data == ""
    assert form.hours.data is None
    assert form.amount.data is None


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("name", "First name must be 50 characters or fewer"),
        ("story", "What happened must be 100 characters or fewer"),
        ("notes", "Notes must be 10,000 characters or fewer"),
        ("email", "Email address must be 254 characters or fewer"),
        ("password", "Password must be 200 characters or fewer"),
        ("version", "This page must be 200 characters or fewer"),
        ("hours", "Hours must be 200 characters or fewer"),
        ("score", "Score must be 200 characters or fewer"),
        ("amount", "The amount must be 200 characters or fewer"),
    ],
)
def test_a_megabyte_is_too_long(fill: Fill, field: str, sentence: str) -> None:
    form = fill(Answers, {"name": "Leah", field: MEGABYTE})
    assert form.errors == {field: [sentence]}


@pytest.mark.parametrize("field", ["name", "story", "email", "password", "version", "amount"])
def test_a_nul_byte_is_refused_and_not_shown_again(fill: Fill, field: str) -> None:
    form = fill(Answers, {"name": "Leah", field: "a\x00b"})
    assert form.errors == {field: [f"{form[field].what} {NUL}"]}
    assert "\x00" not in form[field]()


def test_the_first_of_several_texts_counts_and_files_do_not(fill: Fill) -> None:
    file = FileStorage(BytesIO(b"x"), filename="name.txt")
    assert fill(Answers, name=["Leah", "Sam"]).name.data == "Leah"
    assert fill(Answers, name=[file]).errors == {"name": ["Enter the child's first name"]}
    assert fill(Answers, name=[file, "Leah"]).name.data == "Leah"


def test_markup_is_shown_as_typed(fill: Fill) -> None:
    typed = "<script>alert('x')</script>\"{{ 7*7 }}"
    form = fill(Answers, name=typed, story=typed)
    assert form.name.data == typed
    for shown in (form.name(), form.story()):
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown
        assert "{{ 7*7 }}" in shown


def test_line_endings_are_one_kind_and_survive_being_shown(fill: Fill) -> None:
    form = fill(Answers, name="Leah", story="\r\none\r\ntwo\rthree\n")
    assert form.story.data == "one\ntwo\nthree"
    assert ">one&#10;two&#10;three</textarea>" in form.story()


def test_length_counts_characters_as_the_page_does(fill: Fill) -> None:
    assert not errors(fill(Answers, story="\r\n".join("ab" for _ in range(33))))


def test_a_limit_of_its_own_makes_a_textarea_count(fill: Fill) -> None:
    form = fill(Answers)
    assert 'data-module="govuk-character-count" data-maxlength="100"' in form.story()
    assert "govuk-character-count" not in form.notes()


@pytest.mark.parametrize("typed", ["a@b.uk", " jo.o'neil+x@team.council.gov.uk "])
def test_good_addresses(fill: Fill, typed: str) -> None:
    assert fill(Answers, email=typed).email.data == typed.strip()


@pytest.mark.parametrize(
    "typed",
    ["jo", "jo@", "@b.uk", "jo@b", "a@b.uk,c@d.uk", "<a@b.uk>", "a b@c.uk", "a@b..uk", "é@b.uk"],
)
def test_bad_addresses(fill: Fill, typed: str) -> None:
    form = fill(Answers, email=typed)
    assert errors(form) == {"email": ["Enter an email address like name@example.com"]}
    assert form.email.text == typed


def test_an_address_cannot_bring_a_header(fill: Fill) -> None:
    assert "email" in fill(Answers, email="a@b.uk\r\nBcc: c@d.uk").errors


def test_a_password_is_taken_as_typed_and_not_shown(fill: Fill) -> None:
    form = fill(Answers, password="  two  spaces ")
    assert form.password.data == "  two  spaces "
    assert "spaces" not in form.password()


def test_hidden_values_come_back(fill: Fill) -> None:
    form = fill(Answers, version="7")
    assert form.version.data == "7"
    assert 'value="7"' in form.version(id=False)


@pytest.mark.parametrize(("typed", "number"), [("1", 1), (" 24 ", 24), ("007", 7), ("", None)])
def test_whole_numbers(fill: Fill, typed: str, number: int | None) -> None:
    form = fill(Answers, hours=typed)
    assert form.hours.data == number
    assert not errors(form)


@pytest.mark.parametrize("typed", ["two", "1.5", "1e1", "NaN", "٣", "²", "0x1", "1_0", "--1"])
def test_what_is_no_whole_number(fill: Fill, typed: str) -> None:
    form = fill(Answers, hours=typed)
    assert errors(form) == {"hours": ["Hours must be a whole number, like 3"]}
    assert f'value="{typed}"' in form.hours()


@pytest.mark.parametrize("typed", ["0", "25", "-1", "999999999999999999"])
def test_numbers_out_of_range(fill: Fill, typed: str) -> None:
    assert errors(fill(Answers, hours=typed)) == {"hours": ["Hours must be from 1 to 24"]}


def test_a_score_of_nothing_is_a_score(fill: Fill) -> None:
    class Scored(Form):
        score = ScoreField("Score", [Required("Give a score")])

    assert fill(Scored, score="0").score.data == 0
    assert not fill(Scored, score="0").errors
    assert fill(Scored).errors == {"score": ["Give a score"]}
    assert fill(Scored, score="11").errors == {"score": ["Score must be from 0 to 10"]}


@pytest.mark.parametrize(
    ("typed", "pence"), [("85", 8500), ("£1,234.50", 123450), (" 12.5 ", 1250), ("", None)]
)
def test_amounts_become_pence(fill: Fill, typed: str, pence: int | None) -> None:
    form = fill(Answers, amount=typed)
    assert form.amount.data == pence
    assert not errors(form)


@pytest.mark.parametrize("typed", ["12.345", "-5", "1e9", "NaN", "٣٤", "twelve", "1,2,3.4.5"])
def test_bad_amounts_get_one_sentence_and_stay(fill: Fill, typed: str) -> None:
    form = fill(Answers, amount=typed)
    assert len(errors(form)["amount"]) == 1
    assert form.amount.data is None
    assert f'value="{typed}"' in form.amount()


def test_our_own_values_are_shown(in_request: None) -> None:
    form = Answers(formdata=None, data={"amount": 123450, "hours": 3, "name": "Leah"})
    assert 'value="1,234.50"' in form.amount()
    assert 'value="3"' in form.hours()
    assert 'value="Leah"' in form.name()
