"""What base.html makes of a page."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, flash, g, render_template_string
from werkzeug.test import TestResponse

from keywork.web.fields import Form, Required, TextField
from keywork.web.layout import NavItem, register_navigation
from tests.conventions.page import assert_page

PAGE = """{% extends "base.html" %}{% set title = "Ask for <money>" %}{% set back = "/back" %}
{% from "components/forms.html" import post_form, submit %}
{% from "components/display.html" import safe_contact %}
{% block banner %}{{ safe_contact("text only") }}{% endblock %}
{% block content %}{% if form %}{% call post_form(form, action="/page", id="ask") %}
{{ form.name() }}{{ submit("Ask", name="do", value="ask") }}{% endcall %}{% endif %}
{% endblock %}"""

Get = Callable[..., TestResponse]


class Ask(Form):
    """Enough to fail."""

    name = TextField("Name", [Required("Enter a name")])


@pytest.fixture
def get(app: Flask) -> Get:
    """Renders the page for an actor and checks it as every page is checked."""

    def got(actor: Any = None, form: type[Form] | None = None, **more: Any) -> Any:
        def view() -> str:
            if actor:
                g.actor = actor
            bound = form() if form else None
            if bound:
                bound.validate_on_submit()
            for text, category in more.get("flashes", []):
                flash(text, category)
            return render_template_string(PAGE, form=bound)

        app.add_url_rule("/page", "page", view, methods=["GET", "POST"])
        client = app.test_client()
        response = client.post("/page") if more.get("post") else client.get("/page")
        assert_page(response)
        return response

    return got


def test_the_title_is_the_heading(get: Get) -> None:
    html = get().text
    assert "<title>Ask for &lt;money&gt; - keywork</title>" in html
    assert '<h1 class="govuk-heading-l">Ask for &lt;money&gt;</h1>' in html
    assert 'href="/back"' in html
    assert "crown" not in html.lower()


def test_errors_lead_the_page_and_its_title(get: Get) -> None:
    html = get(form=Ask, post=True).text
    assert "<title>Error: Ask for &lt;money&gt; - keywork</title>" in html
    assert '<a href="#name">Enter a name</a>' in html
    assert html.index("govuk-error-summary") < html.index("<h1")


def test_a_form_without_errors_has_no_summary(get: Get) -> None:
    html = get(form=Ask).text
    assert "govuk-error-summary" not in html
    assert 'data-prevent-double-click="true"' in html
    assert 'name="submission"' in html


def test_a_signed_in_person_has_navigation_a_name_and_a_way_out(
    app: Flask, get: Get, amina: SimpleNamespace
) -> None:
    everyone, managers = frozenset({"key_worker", "manager"}), frozenset({"manager"})
    app.add_url_rule("/page/below", "below", lambda: "")
    register_navigation(app, NavItem("Money", "below", everyone, 2))
    register_navigation(app, NavItem("My day", "page", everyone, 1))
    register_navigation(app, NavItem("Purse", "below", managers, 3))
    html = get(actor=amina).text
    assert html.index("My day") < html.index("Money")
    assert 'href="/page" aria-current="page"' in html
    assert "Purse" not in html
    assert "Amina Okafor" in html
    assert 'method="post" action="/sign-out"' in html


def test_a_page_under_an_item_marks_it_as_active(app: Flask, amina: SimpleNamespace) -> None:
    app.add_url_rule("/money", "money", lambda: "")
    app.add_url_rule("/", "home", lambda: "")
    for order, endpoint in enumerate(("home", "money")):
        register_navigation(app, NavItem(endpoint, endpoint, frozenset({"key_worker"}), order))
    with app.test_request_context("/money/7"):
        g.actor = amina
        html = render_template_string(PAGE)
    assert 'href="/money" aria-current="true"' in html
    assert html.count("aria-current") == 1


def test_nobody_signed_in_sees_neither(get: Get) -> None:
    html = get().text
    assert "Sign out" not in html
    assert "govuk-service-navigation" not in html


def test_messages_are_shown_once_each_with_an_id_of_its_own(get: Get) -> None:
    html = get(flashes=[("Saved <b>", "success"), ("The hub has changed", "message")]).text
    assert "govuk-notification-banner--success" in html
    assert "Saved &lt;b&gt;" in html
    assert "The hub has changed" in html


def test_names_are_escaped(get: Get) -> None:
    assert "<i>" not in get(actor=SimpleNamespace(name="<i>Amina</i>", roles=frozenset())).text


def test_post_forms_carry_a_token_when_protection_is_on(
    app: Flask, get: Get, amina: SimpleNamespace
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    html = get(actor=amina, form=Ask).text
    assert html.count('name="csrf_token"') == 2


def test_a_token_outlives_an_hour(app: Flask) -> None:
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
