"""From the right password to a whole sign-in: what each step leads to."""

from dataclasses import replace
from typing import Final

from flask import g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from config.settings import settings
from keywork.accounts import services
from keywork.accounts.guard import SignedIn
from keywork.accounts.known_device import remember
from keywork.accounts.policy.steps import browser_name, next_step
from keywork.accounts.queries import SessionView
from keywork.accounts.services import Asked
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.kernel.viewer import practitioner, set_viewer
from keywork.web.db import db

PASSWORD: Final = "password"  # noqa: S105 - the name of a way to sign in
WITH_CODE: Final = "password_and_code"
RECOVERED: Final = "recovery_code"

PAGES: Final = {
    "code": "accounts.code",
    "new_password": "accounts.first_password",
    "second_factor": "accounts.first_second_factor",
}
"""Where each thing that a sign-in can lack is asked for."""


def destination() -> str:
    """The page asked for before sign-in, if it is one of ours; otherwise the start page."""
    wanted = wanted_next() or ""
    ours = (
        wanted.isprintable()
        and wanted.startswith("/")
        and not wanted.startswith("//")
        and "\\" not in wanted
    )
    return wanted if ours else url_for("desk.start")


def wanted_next() -> str | None:
    """The same, to be handed on to the next step."""
    wanted: str | None = g.get("wanted", request.args.get("next"))
    return wanted


def enter(
    staff_id: int, email: str, *, way: str, asked: Asked | None = None
) -> ResponseReturnValue:
    """Sign somebody in on this browser who has proved who they are to somebody we believe.

    With `asked` that was no second factor: ours is still to come.
    """
    awaits = _lacking(replace(asked, must_change=False), PASSWORD) if asked else None
    return _begin(staff_id, email, way=way, awaits=awaits)


def _begin(staff_id: int, email: str, *, way: str, awaits: str | None) -> ResponseReturnValue:
    """A new sign-in on this browser, in place of any other; leads to what it lacks, or inside.

    For whoever has just proved who they are: to us, or to somebody we believe.
    """
    browser = browser_name(request.user_agent.string)
    with transaction(db.session):
        if g.sign_in:
            services.end_session(db.session, g.sign_in.actor.staff_id, g.sign_in.uid)
        token = services.begin_session(
            db.session, staff_id, way=way, awaits=awaits, browser=browser
        )
        if awaits is None:
            _let_in(staff_id)
    carry(token)
    return lead(email, awaits)


def go_on_after_password(staff_id: int, email: str, asked: Asked) -> ResponseReturnValue:
    """Lead whoever gave the right password to what else is asked of them, or inside."""
    return _begin(staff_id, email, way=PASSWORD, awaits=_lacking(asked, PASSWORD))


def waiting_for(step: str) -> SessionView | None:
    """The sign-in of this browser, if this is what it lacks."""
    found: SessionView | None = g.sign_in
    return found if found and found.awaits == step and not found.is_over else None


def start_again() -> ResponseReturnValue:
    """To the first step: this one's time has run out, or it was done."""
    if g.actor:
        return redirect(destination(), 303)
    return redirect(url_for("accounts.sign_in", next=wanted_next()), 303)


def step_done(found: SessionView, way: str) -> str | None:
    """Go on from a step, in the transaction that took it; returns what is lacking now.

    The browser's token is another from here on.
    """
    staff_id = found.actor.staff_id
    awaits = _lacking(services.asked_of(db.session, staff_id), way)
    token = services.go_on(db.session, found.uid, awaits=awaits, way=way)
    carry(token)
    if awaits is None:
        _let_in(staff_id)
    return awaits


def lead(email: str, awaits: str | None) -> ResponseReturnValue:
    """To the page of what is lacking, or inside, on a browser that is known from now on."""
    if awaits:
        return redirect(url_for(PAGES[awaits], next=wanted_next()), 303)
    return remember(make_response(redirect(destination(), 303)), email)


def carry(token: str) -> None:
    """Have the browser's cookie hold this token, and nothing from before."""
    session.clear()
    g.pop("csrf_token", None)
    login_user(SignedIn(token))


def failed(act: str, staff_id: int | None) -> None:
    """Note that somebody was not let in; what they typed is not noted."""
    with transaction(db.session):
        audit.record(db.session, act, f"staff:{staff_id}" if staff_id else "unknown")


def _let_in(staff_id: int) -> None:
    set_viewer(db.session, practitioner(staff_id))
    audit.record(db.session, "staff.sign_in", f"staff:{staff_id}")


def _lacking(asked: Asked, way: str) -> str | None:
    return next_step(
        must_change=asked.must_change,
        enrolled=asked.enrolled,
        waived=asked.waived and settings().second_factor_waivers,
        code_given=way != PASSWORD,
    )
