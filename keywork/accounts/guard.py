"""Each request: who is acting, for whom it reads, and whether the route is open to them."""

import logging
from datetime import timedelta
from typing import Final, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user

from config.settings import settings
from keywork.accounts import queries, services
from keywork.accounts.policy import Actor
from keywork.accounts.policy.sign_in import rules
from keywork.accounts.queries import SessionView
from keywork.kernel import limits
from keywork.kernel.database import transaction
from keywork.kernel.viewer import PUBLIC as PUBLIC_VIEWER
from keywork.kernel.viewer import set_viewer
from keywork.web import access
from keywork.web.db import db
from keywork.web.kept import by_hand, keep_posted

SEEN_EVERY: Final = timedelta(minutes=1)

logger = logging.getLogger(__name__)


class SignedIn(UserMixin):  # type: ignore[misc]
    """A sign-in as Flask-Login keeps it: by a random token that the cookie holds."""

    def __init__(self, token: str, found: SessionView | None = None) -> None:
        self.token = token
        self.found = found

    def get_id(self) -> str:
        """What the session cookie holds."""
        return self.token


def register_guard(app: Flask) -> None:
    """Know who is acting on each request, and close what is not open to them."""
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None
    manager.user_loader(_load)
    app.view_functions["static"] = access.public(app.view_functions["static"])
    app.before_request(_admit)


def actor() -> Actor:
    """Who is acting on this request; for views that are not public."""
    return cast(Actor, g.actor)


def this_session() -> SessionView:
    """The sign-in of this request; for views that are not public."""
    return cast(SessionView, g.sign_in)


def expect_access(endpoint: str) -> None:
    """End the request unless whoever is signed in may use the route."""
    allowed = access.access_of(current_app.view_functions[endpoint])
    if allowed is None:
        abort(403)
    if allowed not in (access.PUBLIC, access.SIGNED_IN) and not allowed & actor().roles:
        abort(403)


def _load(token: str) -> SignedIn | None:
    set_viewer(db.session, services.ACCOUNTS)
    found = queries.session_by_token(db.session, token)
    return SignedIn(token, found) if found else None


def _admit() -> ResponseReturnValue | None:
    g.actor = g.sign_in = None
    if request.endpoint is None or request.endpoint == "static":
        return None
    if any("\0" in str(value) for value in (request.view_args or {}).values()):
        abort(404)  # no reference holds one, and PostgreSQL takes none
    allowed = access.access_of(current_app.view_functions[request.endpoint])
    g.sign_in = getattr(current_user, "found", None)
    if g.sign_in and g.sign_in.is_open:
        g.actor = g.sign_in.actor
    set_viewer(db.session, g.actor.viewer if g.actor else PUBLIC_VIEWER)
    if allowed is None:
        abort(403)
    if g.actor:
        _note(g.sign_in)
    elif allowed != access.PUBLIC:
        return _to_sign_in(g.sign_in)
    if allowed != access.PUBLIC:
        expect_access(request.endpoint)
        _count(g.sign_in)
    return None


def _note(found: SessionView) -> None:
    """That this sign-in is in use, a minute's exactness being enough."""
    at_work = by_hand() or request.method == "POST"
    if at_work and found.unheard_for > SEEN_EVERY:
        with transaction(db.session):
            services.saw(db.session, found.uid)


def _to_sign_in(found: SessionView | None) -> ResponseReturnValue:
    """Ask who it is. What was typed before the sign-in ran out is there again afterwards."""
    ran_out = found is not None and found.awaits is None and found.is_over
    kept = keep_posted(found.actor.staff_id) if found and ran_out else None
    again = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    wanted = request.full_path.rstrip("?") if again else None
    if kept:
        wanted = url_for("accounts.kept", uid=kept)
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


def _count(found: SessionView) -> None:
    """How much one sign-in writes and takes out. Reading and working go on without Redis."""
    view = current_app.view_functions[request.endpoint or ""]
    kind = "writes" if request.method == "POST" else "exports" if access.is_leaving(view) else ""
    if not kind:
        return
    times = settings().request_limits_times
    try:
        limits.spend(rules().requests[kind], kind, str(found.uid), times=times)
    except limits.LimitsAway:
        logger.warning("limits away: not counted")
