"""Error pages say what to do, carry a reference, and name nobody."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import NoReturn

import pytest
from flask import Flask, abort, g
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from keywork.kernel.errors import NotVisible
from keywork.web.layout import NavItem, register_navigation
from tests.conventions.page import assert_page

SECRET = "Leah Okafor of 5 Mill Lane"
REFERENCE = r"Reference: ([2-9B-Z]{4}-[2-9B-Z]{4})<"


def failing(app: Flask, error: Exception) -> None:
    """Give the app a page that fails."""

    def fail() -> NoReturn:
        raise error

    app.add_url_rule("/fail", "fail", fail)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 415, 429, 500, 501, 503])
def test_every_status_has_a_page(app: Flask, status: int) -> None:
    app.add_url_rule("/fail", "fail", lambda: abort(status, description=SECRET))
    response = app.test_client().get("/fail")
    assert response.status_code == status
    assert_page(response)
    assert SECRET not in response.text
    assert re.search(REFERENCE, response.text)


def test_what_does_not_exist_is_not_repeated(app: Flask) -> None:
    response = app.test_client().get("/families/okafor")
    assert response.status_code == 404
    assert "okafor" not in response.text


def test_what_may_not_be_seen_looks_as_if_it_did_not_exist(app: Flask) -> None:
    failing(app, NotVisible(SECRET))
    client = app.test_client()
    hidden, missing = client.get("/fail"), client.get("/nothing")
    assert hidden.status_code == 404
    assert re.sub(REFERENCE, "", hidden.text) == re.sub(REFERENCE, "", missing.text)


def test_a_wrong_method_says_which_are_right(app: Flask) -> None:
    app.add_url_rule("/send", "send", lambda: "", methods=["POST"])
    response = app.test_client().get("/send")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert_page(response)


def test_our_own_faults_show_no_detail_and_nobody(
    app: Flask, amina: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    failing(app, ValueError(SECRET))
    register_navigation(app, NavItem("My day", "fail", frozenset({"key_worker"}), 1))
    app.before_request(lambda: setattr(g, "actor", amina))
    response = app.test_client().get("/fail")
    assert response.status_code == 500
    assert_page(response)
    assert SECRET not in response.text
    assert "Amina" not in response.text
    assert "My day" not in response.text
    (reference,) = re.findall(REFERENCE, response.text)
    assert f"answered 500, request {reference}" in caplog.text


@pytest.mark.parametrize(
    "error", [OperationalError(SECRET, {"name": SECRET}, Exception(SECRET)), PoolTimeout(SECRET)]
)
def test_a_database_that_is_away(
    app: Flask, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    failing(app, error)
    response = app.test_client().get("/fail")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert_page(response)
    assert SECRET not in response.text
    assert "database away" in caplog.text
    assert SECRET not in caplog.text
    (reference,) = re.findall(REFERENCE, response.text)
    assert reference in caplog.text


def test_too_much_is_refused_in_words(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=True, MAX_CONTENT_LENGTH=100_000)
    app.add_url_rule("/send", "send", lambda: "", methods=["POST"])
    response = app.test_client().post("/send", data={"text": "x" * 1_000_000})
    assert response.status_code == 413
    assert_page(response)


def test_a_form_that_is_too_old_is_refused_in_words(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    app.add_url_rule("/send", "send", lambda: "", methods=["POST"])
    response = app.test_client().post("/send", data={"csrf_token": "old"})
    assert response.status_code == 400
    assert_page(response)
    assert "This page has been open too long" in response.text
    assert "CSRF" not in response.text


def test_redirects_of_the_router_still_redirect(app: Flask) -> None:
    app.add_url_rule("/folder/", "folder", lambda: "")
    assert app.test_client().get("/folder").status_code == 308
