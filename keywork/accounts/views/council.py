"""Signing in with a council account."""

from flask import abort, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import council, queries, services
from keywork.accounts.views import steps
from keywork.accounts.views.blueprint import blueprint
from keywork.kernel.database import transaction
from keywork.kernel.viewer import acting_as
from keywork.web.access import public
from keywork.web.db import db

AWAY = "The council’s sign-in does not answer. Try again in a few minutes"  # noqa: RUF001
NEXT = "council_next"


@blueprint.get("/sign-in/council")
@public
def council_sign_in() -> ResponseReturnValue:
    """Send the browser to the council's identity provider."""
    _expect_provider()
    if g.actor:
        return redirect(steps.destination(), 303)
    session[NEXT] = steps.wanted_next()
    try:
        return council.ask()
    except council.Away:
        return _away()


@blueprint.get("/sign-in/council/back")
@public
def council_back() -> ResponseReturnValue:
    """Where the provider sends the browser back to, with a code that says who it is."""
    _expect_provider()
    g.wanted = session.pop(NEXT, None)
    try:
        identity = council.answered()
    except council.Away:
        return _away()
    except council.Refused:
        return _refused()
    rules = council.rules()
    with transaction(db.session), acting_as(db.session, services.ACCOUNTS):
        staff_id = services.staff_of(db.session, identity, rules)
        if staff_id is not None:
            services.synchronise_posts(db.session, staff_id, identity, rules)
    if staff_id is None:
        return _refused()
    with acting_as(db.session, services.ACCOUNTS):
        person = queries.staff_by_id(db.session, [staff_id])[staff_id]
    asked = None if rules.second_step(identity) else services.asked_of(db.session, staff_id)
    return steps.enter(staff_id, person.email, way="oidc", asked=asked)


def _expect_provider() -> None:
    if not council.is_on():
        abort(404)


def _refused() -> ResponseReturnValue:
    """One page, whatever was wrong."""
    return render_template("accounts/council_refused.html"), 403


def _away() -> ResponseReturnValue:
    """Passwords are still there, if the council has not switched them off."""
    flash(AWAY)
    return redirect(url_for(".sign_in", next=steps.wanted_next()), 303)
