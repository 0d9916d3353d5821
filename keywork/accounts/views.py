"""Signing in and out."""

from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from config.settings import settings
from keywork.accounts import queries, services
from keywork.accounts.forms import SignInForm
from keywork.accounts.guard import SignedIn
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.kernel.viewer import set_viewer
from keywork.web.access import public
from keywork.web.db import db

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for an e-mail address and password; a wrong pair is one sentence for both."""
    if g.actor:
        return redirect(_destination(), 303)
    form = SignInForm()
    if form.validate_on_submit():
        found = services.sign_in(db.session, form.email.data, form.password.data)
        actor = queries.actor(db.session, found.staff_id, found.stamp) if found else None
        if found and actor:
            login_user(SignedIn(actor, f"{found.staff_id}:{found.stamp}"))
            set_viewer(db.session, actor.viewer)
            with transaction(db.session):
                audit.record(db.session, "staff.sign_in", f"staff:{actor.staff_id}")
            return redirect(_destination(), 303)
        form.add_error("email", "That email address and password do not match an account")
    return render_template("accounts/sign_in.html", form=form, demo=settings().demo)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    logout_user()
    return redirect(url_for("accounts.sign_in"), 303)


def _destination() -> str:
    """The page asked for before sign-in, if it is one of ours; otherwise the start page."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    ours = (
        wanted.isprintable()
        and wanted.startswith("/")
        and not wanted.startswith(("//", "/\\"))
        and "\\" not in wanted
    )
    return wanted if ours and not parts.netloc and not parts.scheme else url_for("desk.start")
