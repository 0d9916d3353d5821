"""The form as a whole: reading a request, once-only ids, errors from services, the summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from keywork.web.fields import DateField, Form, Radios, Required, TextField

Fill = Callable[..., Any]


class Person(Form):
    """Enough to ask."""

    name = TextField("Name", [Required("Enter a name")], description="As they say it")
    born = DateField("Date of birth")
    hub = Radios("Hub")


def test_a_get_is_no_submission(app: Flask) -> None:
    with app.test_request_context("/?name=Leah"):
        form = Person()
        assert not form.validate_on_submit()
        assert form.name.data == ""
        assert not form.errors


def test_an_empty_post_is_one_in_which_all_is_missing(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = Person(data={"name": "Leah"})
        assert not form.validate_on_submit()
        assert form.errors == {"name": ["Enter a name"]}


@pytest.mark.parametrize("body", ['["name"]', '{"name": {"a": 1}}', '{"name": 5}'])
def test_json_is_not_a_form(app: Flask, body: str) -> None:
    with app.test_request_context(method="POST", data=body, content_type="application/json"):
        form = Person()
        assert not form.validate_on_submit()
        assert form.errors == {"name": ["Enter a name"]}


def test_a_submission_id_is_made_once_and_kept(app: Flask) -> None:
    with app.test_request_context():
        first = Person().submission
        assert first.data != Person().submission.data
        assert f'value="{first.data}"' in first()
    with app.test_request_context(method="POST", data={"submission": str(first.data)}):
        again = Person().submission
        assert again.data == first.data
        assert f'value="{first.data}"' in again()


@pytest.mark.parametrize("posted", ["", "1", "x" * 1_000_000, "\x00", "٣"])
def test_an_invalid_submission_id_is_replaced(fill: Fill, posted: str) -> None:
    form = fill(Person, name="Leah", submission=posted)
    assert not form.errors
    assert isinstance(form.submission.data, UUID)
    assert f'value="{form.submission.data}"' in form.submission()


def test_services_may_add_errors_to_a_field_or_the_page(fill: Fill) -> None:
    form = fill(Person, name="Leah")
    assert form.error_list == []
    form.add_error("name", "We know this child already")
    form.add_error(None, "The purse is short")
    form.add_error("unheard_of", "Someone else changed this")
    assert form.error_list == [
        {"text": "The purse is short"},
        {"text": "Someone else changed this"},
        {"text": "We know this child already", "href": "#name"},
    ]
    assert "We know this child already" in form.name()


def test_a_field_is_tied_to_its_hint_and_error(fill: Fill) -> None:
    html = fill(Person).name()
    assert 'aria-describedby="name-hint name-error"' in html
    assert 'id="name-hint"' in html
    assert 'id="name-error"' in html
    assert "As they say it" in html
    assert '<label class="govuk-label govuk-label--s" for="name">' in html


def test_a_hidden_field_in_error_is_said_without_a_link(fill: Fill) -> None:
    form = fill(Person, name="Leah")
    form.add_error("submission", "Sent already")
    assert form.error_list == [{"text": "Sent already"}]


def test_hidden_inputs_have_no_ids(in_request: None) -> None:
    html = Person(formdata=None).hidden_tag()
    assert 'name="submission"' in html
    assert " id=" not in html


def test_two_forms_on_a_page_are_kept_apart_by_a_prefix(in_request: None) -> None:
    form = Person(formdata=None, prefix="second")
    assert 'id="second-name" name="second-name"' in form.name(attributes={})
    assert 'name="second-born-day"' in form.born()
    assert 'name="second-submission"' in form.hidden_tag()
