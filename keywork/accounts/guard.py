"""Each request: who is acting, for whom it reads, and whether the route is open to them."""

from typing import cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user

from keywork.accounts import queries
from keywork.accounts.policy import Actor
from keywork.kernel.viewer import PUBLIC as PUBLIC_VIEWER
from keywork.kernel.viewer import practitioner, set_viewer
from keywork.web import access
from keywork.web.db import db


class SignedIn(UserMixin):  # type: ignore[misc]
    """An actor as Flask-Login keeps it: staff id and session stamp."""

    def __init__(self, actor: Actor, token: str) -> None:
        self.actor = actor
        self.token = token

    def get_id(self) -> str:
        """What the session cookie holds."""
        return self.token


def register_guard(app: Flask) -> None:
    """Know who is acting on each request, and close what is not open to them."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)
    app.view_functions["static"] = access.public(app.view_functions["static"])
    app.before_request(_admit)


def actor() -> Actor:
    """Who is acting on this request; for views that are not public."""
    return cast(Actor, g.actor)


def _load(token: str) -> SignedIn | None:
    staff_id, _, stamp = token.partition(":")
    if not (staff_id.isascii() and staff_id.isdigit()):
        return None
    set_viewer(db.session, practitioner(int(staff_id)))
    found = queries.actor(db.session, int(staff_id), stamp)
    return SignedIn(found, token) if found else None


def _admit() -> ResponseReturnValue | None:
    if request.endpoint is None:
        g.actor = None
        return None
    if request.endpoint == "static":
        return None
    if any("\0" in str(value) for value in (request.view_args or {}).values()):
        abort(404)  # no reference holds one, and PostgreSQL takes none
    allowed = access.access_of(current_app.view_functions[request.endpoint])
    g.actor = current_user.actor if current_user.is_authenticated else None
    set_viewer(db.session, g.actor.viewer if g.actor else PUBLIC_VIEWER)
    if allowed is None:
        abort(403)
    if allowed == access.PUBLIC:
        return None
    if g.actor is None:
        again = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
        wanted = request.full_path.rstrip("?") if again else None
        return redirect(url_for("accounts.sign_in", next=wanted), 303)
    if allowed != access.SIGNED_IN and not allowed & g.actor.roles:
        abort(403)
    return None
