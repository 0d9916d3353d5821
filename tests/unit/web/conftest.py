"""A bare app with our web layer and nothing else: no database, no accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from flask import Blueprint, Flask
from werkzeug.datastructures import MultiDict

from keywork.web.fields import Form
from keywork.web.layout import register_web

ROOT = Path(__file__).parents[3]

AnyForm = TypeVar("AnyForm", bound=Form)


@pytest.fixture
def app() -> Flask:
    """The app, without protection against forgery unless a test turns it on."""
    app = Flask(
        "keywork.web",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "keywork" / "static"),
        static_url_path="/static",
    )
    app.config.update(SECRET_KEY="unit", WTF_CSRF_ENABLED=False)
    register_web(app)
    accounts = Blueprint("accounts", __name__)
    accounts.add_url_rule("/sign-out", "sign_out", lambda: "", methods=["POST"])
    accounts.add_url_rule("/account", "account", lambda: "")
    app.register_blueprint(accounts)
    auditing = Blueprint("auditing", __name__)
    auditing.add_url_rule("/audit/mine", "mine", lambda: "")
    app.register_blueprint(auditing)
    return app


@pytest.fixture
def amina() -> SimpleNamespace:
    """As much of an actor as the layout looks at."""
    return SimpleNamespace(name="Amina Okafor", viewer="staff:1", roles=frozenset({"key_worker"}))


@pytest.fixture
def in_request(app: Flask) -> Iterator[None]:
    """A request that posts nothing: for rendering and reading forms by hand."""
    with app.test_request_context(method="POST"):
        yield


@pytest.fixture
def fill(in_request: None) -> Callable[..., Any]:
    """`fill(AForm, name="Leah")`: the form as posted with these values, and validated.

    A list stands for a name that is posted several times.
    """

    def filled(form: type[AnyForm], posted: dict[str, Any] | None = None, **named: Any) -> AnyForm:
        bound = form(formdata=MultiDict({**(posted or {}), **named}))
        bound.validate()
        return bound

    return filled
