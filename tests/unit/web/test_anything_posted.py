"""Whatever is posted at a form, a whole page comes back."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keywork.web.fields import (
    Checkbox,
    Checkboxes,
    Choice,
    DateField,
    EmailField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    MoneyField,
    PasswordField,
    Radios,
    Required,
    ScoreField,
    Select,
    TextArea,
    TextField,
    TimeField,
)
from tests.conventions.page import assert_page

CHOICES = [Choice(1, "One"), Choice("no", "No", "Not at all")]
NAMES = "name story on-day on-month on-year at hours score amount email password one some tick"
PAGE = """{% extends "base.html" %}{% set title = "Everything" %}
{% from "components/forms.html" import post_form, submit %}
{% block content %}{% call post_form(form) %}
{% for field in form if field.component and field.name != "story" %}
{{ field(reveal={"no": form.story()}) if field.name == "one" else field() }}
{% endfor %}{{ submit("Send") }}{% endcall %}{% endblock %}"""


class Everything(Form):
    """A field of each kind."""

    name = TextField("Name", [Required("Enter a name")])
    story = TextArea("Story", max_length=100)
    on = DateField("On", [Required("Enter a date")])
    at = TimeField("At")
    hours = IntegerField("Hours")
    score = ScoreField("Score")
    amount = MoneyField("Amount")
    email = EmailField("Email")
    password = PasswordField("Password")
    version = HiddenField()
    one = Radios("One", [Required("Choose")], choices=CHOICES)
    list_ = Select("List", choices=CHOICES)
    some = Checkboxes("Some", choices=CHOICES)
    tick = Checkbox("Tick", [Required("Tick it")])
    file = FileField("File")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A page with the form, shown again however it was filled in."""

    def view() -> str:
        form = Everything()
        form.validate_on_submit()
        return render_template_string(PAGE, form=form)

    app.add_url_rule("/page", "page", view, methods=["GET", "POST"])
    return app.test_client()


ODD = st.sampled_from(
    ["\x00", "1e9", "NaN", "-1", "٣", "</textarea><h1>", '"><script>', "\r\n\r\n"]
)
VALUE = st.one_of(ODD, st.text(max_size=40), st.text("0123456789/.:-£, apm", max_size=12))
POSTED = st.dictionaries(
    st.sampled_from([*NAMES.split(), "version", "list_", "file", "submission"]),
    st.lists(VALUE, max_size=3),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=POSTED)
def test_the_page_comes_back_whole(client: FlaskClient, posted: dict[str, Any]) -> None:
    response = client.post("/page", data=posted)
    assert response.status_code == 200
    assert "\x00" not in response.text
    assert_page(response)


def test_the_page_is_whole_before_anything_is_posted(client: FlaskClient) -> None:
    assert_page(client.get("/page"))
