"""The page convention notices what it is there to notice."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conventions.page import assert_page

GOOD = (
    '<!doctype html><html lang="en"><head><title>Home - keywork</title></head><body>'
    '<main id="m"><h1>Home</h1>{}</main></body></html>'
)


def served(app: Flask, html: str) -> TestResponse:
    """The HTML as a response of the app."""
    app.add_url_rule("/page", "page", lambda: html)
    return app.test_client().get("/page")


@pytest.mark.parametrize(
    "part",
    [
        "",
        '<label for="a">A</label><input id="a">',
        "<label>A <input></label>",
        '<input aria-label="A">',
        '<input type="hidden">',
        '<svg><title>Bar</title><rect width="1"/></svg>',
        '<a href="#m">Up</a><a href="/x">X</a>',
        '<script src="/static/a.js"></script>',
    ],
)
def test_a_good_page_passes(app: Flask, part: str) -> None:
    assert_page(served(app, GOOD.format(part)))


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ("<h1>Again</h1>", "2 h1"),
        ("<main></main>", "2 main"),
        ("<script>x()</script>", "inline <script>"),
        ("<style>p{}</style>", "inline <style>"),
        ('<p style="color:red">', "<p style>"),
        ('<p onclick="x()">', "<p onclick>"),
        ('<p id="m">', "id 'm' 2 times"),
        ('<input name="a">', "<input name='a'> without a label"),
        ('<label for="b">B</label><select name="a"></select>', "refers to #b"),
        ('<textarea name="a" id="a"></textarea>', "without a label"),
        ('<a href="">X</a>', "empty href"),
        ('<a href="None">X</a>', "empty href"),
        ('<a href="#gone">X</a>', "refers to #gone"),
        ('<img src="">', "empty src"),
        ('<a href="javascript:x()">X</a>', "javascript:"),
        ('<div class="govuk-error-summary"></div>', "title 'Home - keywork'"),
    ],
)
def test_a_bad_part_is_named(app: Flask, part: str, problem: str) -> None:
    with pytest.raises(AssertionError, match="GET /page") as caught:
        assert_page(served(app, GOOD.format(part)))
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        (' lang="en"', "", "no lang"),
        ("<title>Home", "<title>Other", "title 'Other - keywork'"),
        ("<title>Home - keywork", "<title>Home", "title 'Home'"),
        ("<h1>Home</h1>", "", "0 h1"),
        ("main", "div", "0 main"),
    ],
)
def test_a_bad_skeleton_is_named(app: Flask, good: str, bad: str, problem: str) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_page(served(app, GOOD.format("").replace(good, bad)))
    assert problem in str(caught.value)


def test_a_page_without_a_policy_is_named(app: Flask) -> None:
    bare = Flask("keywork.web")
    with pytest.raises(AssertionError, match="Content-Security-Policy"):
        assert_page(served(bare, GOOD.format("")))


def test_fragments_keep_the_rules_that_apply_to_them(app: Flask) -> None:
    response = served(app, "<p>Deciding</p><input>")
    with pytest.raises(AssertionError) as caught:
        assert_page(response)
    assert "without a label" in str(caught.value)
    assert "h1" not in str(caught.value)
