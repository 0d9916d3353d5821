"""Forms that are kept on the server while they are filled in.

A form class with `keeps_draft = True` is saved by js/drafts.js while somebody types, or by its
button "Save and finish later"; it comes back filled in at the same path, and is forgotten once it
has been sent. Nothing is ever kept in the browser.
"""

from __future__ import annotations

from typing import Final

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from keywork.kernel import clock, drafts
from keywork.kernel.database import transaction
from keywork.web.access import signed_in
from keywork.web.db import db
from keywork.web.filters import clock_time

LONGEST_PATH: Final = 300
MOST_CHARACTERS: Final = 100_000
MOST_FIELDS: Final = 1000
NOT_KEPT: Final = frozenset({"csrf_token", "password", "new_password", "code"})
SAVE: Final = "drafts.save"

blueprint = Blueprint("drafts", __name__)


def register_drafts(app: Flask) -> None:
    """Where pages save what is being typed."""
    app.register_blueprint(blueprint)


def viewer_of_request() -> str:
    """Whoever is signed in on this request, or nothing."""
    actor = g.get("actor")
    return str(actor.viewer) if actor else ""


def begun_by_another(viewer: str) -> bool:
    """Whether a page was made for somebody else than who is signed in in that browser now."""
    return viewer not in ("", viewer_of_request())


def draft_of_page() -> drafts.Draft | None:
    """What whoever is signed in has left on the page of this request."""
    return drafts.load(db.session, request.path)


def discard_of_page() -> None:
    """Forget it, in the present transaction."""
    drafts.discard(db.session, request.path)


@blueprint.post("/drafts")
@signed_in
def save() -> ResponseReturnValue:
    """Keep what was typed on the page `?page=`. A script is told when; a person is led back."""
    page = page_of_draft()
    content = typed_content()
    if begun_by_another(content.get("begun_by", [""])[0]):
        abort(409)
    with transaction(db.session):
        saved_at = drafts.save(db.session, page, content)
    if request.headers.get("Accept") == "application/json":
        return jsonify(saved=clock_time(saved_at.astimezone(clock.LONDON).time()))
    flash("Saved. Come back to this page to finish it. Nobody else can see it.", "success")
    return redirect(page, 303)


@blueprint.post("/drafts/discard")
@signed_in
def discard() -> ResponseReturnValue:
    """Forget what was typed on the page `?page=`, and show the page as it begins."""
    page = page_of_draft()
    with transaction(db.session):
        drafts.discard(db.session, page)
    return redirect(page, 303)


def page_of_draft() -> str:
    """The path of a page of ours that shows a form; anything else is not found."""
    page = request.args.get("page", "")
    if len(page) > LONGEST_PATH or not page.isprintable() or not page.startswith("/"):
        abort(404)
    try:
        for method in ("GET", "POST"):
            endpoint, values = current_app.url_map.bind("").match(page, method)
    except HTTPException:
        abort(404)
    return url_for(endpoint, **values)


def typed_content() -> drafts.Content:
    """What this request posts, but for what is secret or a file; too much of it is refused."""
    fields = {
        name: [value.replace("\0", "") for value in values]
        for name, values in request.form.lists()
        if name not in NOT_KEPT and "\0" not in name
    }
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if size > MOST_CHARACTERS or sum(map(len, fields.values())) > MOST_FIELDS:
        abort(413)
    return fields
