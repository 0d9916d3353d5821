"""Radios, select, checkboxes and files."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from keywork.web.fields import (
    Checkbox,
    Checkboxes,
    Choice,
    Divider,
    FileField,
    Form,
    Radios,
    Required,
    Select,
    TextArea,
)

Fill = Callable[..., Any]
GOAL = UUID(int=7)


class Fund(StrEnum):
    """Values that are not plain text."""

    HELP = "help"
    CRISIS = "crisis"


class Ask(Form):
    """One field of each kind."""

    goal = Radios(
        "Goal",
        [Required("Choose a goal")],
        choices=[Choice(GOAL, "Sleep", "Now 4"), Divider(), Choice(1, "None yet")],
    )
    fund = Select("Fund", choices=[Choice(fund, fund.title()) for fund in Fund], blank="Choose")
    whom = Checkboxes("For whom", choices=[Choice(number, f"Child {number}") for number in (1, 2)])
    sure = Checkbox("I have checked", description="With whom")
    why = TextArea("Why", [Required("Say why", when=lambda form: form.goal.data == 1)])
    receipt = FileField("Receipt", megabytes=1, accept="application/pdf")


def test_choices_come_back_as_what_they_are(fill: Fill) -> None:
    form = fill(Ask, goal=str(GOAL), fund="crisis", whom=["2", "1", "2"], sure="yes")
    assert not form.errors
    assert form.goal.data == GOAL
    assert form.fund.data is Fund.CRISIS
    assert form.whom.data == [1, 2]
    assert form.sure.data is True


def test_nothing_chosen(fill: Fill) -> None:
    form = fill(Ask, fund="")
    assert form.errors == {"goal": ["Choose a goal"]}
    assert form.fund.data is None
    assert form.whom.data == []
    assert form.sure.data is False


@pytest.mark.parametrize("value", ["2", "x" * 1_000_000, "\x00", "None", "or"])
def test_unknown_options_are_refused(fill: Fill, value: str) -> None:
    form = fill(Ask, goal=value, fund=value, whom=["1", value + "9"])
    assert form.errors["goal"] == ["Choose one of the options"]
    assert form.errors["fund"] == ["Choose one of the options"]
    assert form.errors["whom"] == ["Choose from the options"]
    assert form.goal.data is None
    assert value not in form.goal() or value in ("2", "None", "or")


def test_several_values_where_one_is_wanted(fill: Fill) -> None:
    assert fill(Ask, goal=["1", str(GOAL)], why="So").goal.data == 1


def test_a_tick_is_only_our_own_value(fill: Fill) -> None:
    assert fill(Ask, sure="no").sure.data is False


def test_choices_may_be_set_on_the_form(in_request: None) -> None:
    form = Ask(formdata=None)
    form.goal.choices = [Choice("a", "Another")]
    assert "Another" in form.goal()
    assert "Sleep" not in form.goal()


def test_a_condition_makes_an_answer_required(fill: Fill) -> None:
    assert fill(Ask, goal="1").errors == {"why": ["Say why"]}
    assert not fill(Ask, goal=str(GOAL)).errors


def test_what_was_chosen_stays_chosen(fill: Fill) -> None:
    form = fill(Ask, goal="1", fund="help", whom=["2"], sure="yes")
    assert 'value="1" checked' in form.goal()
    assert '<option value="help" selected>' in form.fund()
    assert 'id="whom-2" name="whom" type="checkbox" value="2" checked' in form.whom()
    assert 'value="yes" checked' in form.sure()


def test_our_own_values_are_chosen(in_request: None) -> None:
    form = Ask(formdata=None, data={"goal": GOAL, "fund": Fund.HELP, "whom": [1], "sure": True})
    assert f'value="{GOAL}" checked' in form.goal()
    assert '<option value="help" selected>' in form.fund()
    assert 'value="1" checked' in form.whom()
    assert 'value="yes" checked' in form.sure()


def test_radios_have_a_legend_hints_a_divider_and_what_they_reveal(fill: Fill) -> None:
    form = fill(Ask, goal="1", why="one\ntwo")
    html = form.goal(reveal={1: form.why()})
    assert "<legend" in html
    assert "Now 4" in html
    assert '<div class="govuk-radios__divider">or</div>' in html
    assert 'id="conditional-goal-3"' in html
    assert "one&#10;two</textarea>" in html


def test_error_links_lead_to_the_first_input(fill: Fill) -> None:
    form = fill(Ask, whom=["9"])
    assert {error["href"] for error in form.error_list} == {"#goal", "#whom"}
    assert 'id="goal" name="goal" type="radio"' in form.goal()
    assert 'id="whom" name="whom" type="checkbox"' in form.whom()


def test_a_single_box_carries_hint_and_error(fill: Fill) -> None:
    class Sure(Form):
        sure = Checkbox("I am sure", [Required("Say that you are sure")], description="Truly")

    form = fill(Sure)
    html = form.sure()
    assert form.errors == {"sure": ["Say that you are sure"]}
    assert 'aria-describedby="sure-error sure-item-hint"' in html
    assert "Truly" in html


def test_templates_can_add_to_a_component(in_request: None) -> None:
    form = Ask(formdata=None)
    assert '<h1 class="govuk-fieldset__heading">' in form.goal(heading=True)
    assert '<h1 class="govuk-label-wrapper">' in form.why(heading=True)
    assert "govuk-radios--inline" in form.goal(classes="govuk-radios--inline")
    assert "Other words" in form.why(label={"text": "Other words"})
    assert 'data-draft="visit"' in form.why(attributes={"data-draft": "visit"})
    assert "<b>bold</b>" in form.goal(reveal={1: Markup("<b>bold</b>")})


def test_files(fill: Fill) -> None:
    def chosen(content: bytes, name: str = "r.pdf") -> Any:
        file = FileStorage(BytesIO(content), filename=name)
        return fill(Ask, goal=str(GOAL), receipt=file)

    assert chosen(b"%PDF").receipt.data.read() == b"%PDF"
    assert chosen(b"", "").receipt.data is None
    assert chosen(b"").errors == {"receipt": ["The file you chose is empty. Choose another"]}
    too_large = {"receipt": ["The file must be 1 MB or smaller. Choose another"]}
    assert chosen(b"x" * 1_048_577).errors == too_large
    assert fill(Ask, goal=str(GOAL), receipt="text").receipt.data is None
    assert Ask(formdata=None).has_file
    assert 'accept="application/pdf"' in Ask(formdata=None).receipt()
