"""Error pages: what happened in plain words, what to do next, and never whom it was about."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from keywork.kernel.errors import NotVisible
from keywork.kernel.limits import LimitsAway, TooOften

logger = logging.getLogger(__name__)

SAYABLE = "23456789BCDFGHJKLMNPQRSTVWXZ"


@dataclass(frozen=True)
class Words:
    """What an error page says."""

    heading: str
    lines: tuple[str, ...]


PAGES = {
    400: Words(
        "We could not read what was sent",
        ("Nothing was saved.", "Go back and try again."),
    ),
    403: Words(
        "You cannot use this page",
        (
            "Your account is not allowed to see or do this.",
            "If you think it should be, ask your manager.",
        ),
    ),
    404: Words(
        "Page not found",
        (
            "If you typed the address, check that it is correct.",
            "If you followed a link, the page may have moved.",
        ),
    ),
    405: Words(
        "This page cannot be used that way",
        ("Nothing was saved.", "Go back and use the buttons on the page."),
    ),
    413: Words(
        "What you sent is too large",
        ("Nothing was saved.", "Go back and send a smaller file or less text."),
    ),
    429: Words(
        "Too many attempts",
        ("Wait a few minutes, then try again.",),
    ),
    500: Words(
        "Sorry, something went wrong",
        (
            "The fault is ours and we have a record of it. Your last step may not have been saved.",
            "Try again in a few minutes. If it fails again, give your support team this reference.",
        ),
    ),
    503: Words(
        "Sorry, keywork is not available",
        (
            "We cannot reach your records just now. Your last step was not saved.",
            "Wait a minute, then reload this page. If your browser asks whether to send it again, "
            "say yes: nothing is ever done twice.",
        ),
    ),
}
NO_SIGN_IN = Words(
    "Signing in is not possible just now",
    (
        "The part of keywork that counts attempts does not answer, so nobody is let in.",
        "Wait a minute, then try again. Whoever is signed in can go on working.",
    ),
)
EXPIRED = Words(
    "This page has been open too long",
    (
        "For your security it can no longer be sent, so nothing was saved.",
        "Go back, copy anything you want to keep, load the page again and send it.",
    ),
)


def register_errors(app: Flask) -> None:
    """Answer every error of the app with one of our pages."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, form_expired)
    app.register_error_handler(NotVisible, not_visible)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(PoolTimeout, database_away)
    app.register_error_handler(LimitsAway, limits_away)
    app.register_error_handler(TooOften, too_often)


def request_id() -> str:
    """The reference of this request, which a person can read out: K7QX-29MR."""
    if "request_id" not in g:
        letters = "".join(secrets.choice(SAYABLE) for _ in range(8))
        g.request_id = f"{letters[:4]}-{letters[4:]}"
    reference: str = g.request_id
    return reference


def http_error(error: HTTPException) -> ResponseReturnValue:
    """The page for a status, with the headers it needs (Allow, Retry-After)."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    if status >= 500:
        logger.error("answered %s, request %s", status, request_id())
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    return page(status, PAGES.get(status) or PAGES[500 if status >= 500 else 400]), status, headers


def form_expired(error: CSRFError) -> ResponseReturnValue:
    """The page for a form whose token no longer holds."""
    return page(400, EXPIRED), 400


def not_visible(error: NotVisible) -> ResponseReturnValue:
    """The page for what is not there, and for what this person may not know to be there."""
    return page(404, PAGES[404]), 404


def database_away(error: Exception) -> ResponseReturnValue:
    """The page for a database that does not answer. Only the error's kind is safe to log."""
    logger.error("database away: %s, request %s", type(error).__name__, request_id())
    return page(503, PAGES[503]), 503, {"Retry-After": "60"}


def limits_away(error: LimitsAway) -> ResponseReturnValue:
    """The page for a sign-in that cannot be counted, and so is not tried."""
    logger.error("limits away, request %s", request_id())
    return page(503, NO_SIGN_IN), 503, {"Retry-After": "60"}


def too_often(error: TooOften) -> ResponseReturnValue:
    """The page for whoever has to wait."""
    return page(429, PAGES[429]), 429, {"Retry-After": str(error.wait_seconds)}


def page(status: int, words: Words) -> str:
    """The error page. Where the fault is ours it stands alone, without navigation or sign-in."""
    return render_template(
        "errors/page.html", words=words, alone=status >= 500, reference=request_id()
    )
