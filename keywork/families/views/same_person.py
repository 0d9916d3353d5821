"""Whether two persons are the same, and putting them together."""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries, services
from keywork.families.forms import KeepApartForm, UndoMergeForm, merge_form
from keywork.families.views.blueprint import blueprint
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/same-people")
@allow("hub_manager")
def same_people() -> ResponseReturnValue:
    """The pairs of persons who may be one."""
    return render_template(
        "families/same_people.html",
        pairs=queries.same_people(db.session),
        count=queries.same_people_count(db.session),
    )


@blueprint.route("/same-people/<uuid:pair>", methods=["GET", "POST"])
@allow("hub_manager")
def same_person(pair: UUID) -> ResponseReturnValue:
    """Two persons side by side; saying that they are different people."""
    shown = queries.same_person(db.session, pair)
    form = KeepApartForm()

    def act() -> str:
        services.keep_apart(db.session, actor(), pair, words=form.words.data)
        return url_for(".same_people")

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="They stay different people.")
    ):
        return done
    if shown.state != "open" and not form.is_submitted():
        return redirect(url_for(".same_people"), 303)
    return render_template("families/same_person.html", pair=shown, form=form)


@blueprint.route("/same-people/<uuid:pair>/merge", methods=["GET", "POST"])
@allow("hub_manager")
def merge_people(pair: UUID) -> ResponseReturnValue:
    """What will become of the two, and putting them together."""
    shown = queries.same_person(db.session, pair)
    form = merge_form(shown)

    def act() -> str:
        uid = services.merge_people(
            db.session,
            actor(),
            pair,
            version=form.version.text,
            chosen=form.chosen(),
            reason=form.reason.data,
        )
        return url_for(".merge", merge=uid)

    if form.validate_on_submit():
        if done := submit_once(form, act, said="They are one person from now on."):
            return done
        form.show_version(shown)
    if shown.state != "open" and not form.is_submitted():
        return redirect(url_for(".same_people"), 303)
    return render_template(
        "families/merge_people.html",
        pair=shown,
        form=form,
        effect=queries.merge_effect(db.session, shown),
    )


@blueprint.route("/merges/<uuid:merge>", methods=["GET", "POST"])
@allow("hub_manager")
def merge(merge: UUID) -> ResponseReturnValue:
    """What was put together, and taking it apart again."""
    shown = queries.merge(db.session, merge)
    form = UndoMergeForm()

    def act() -> str:
        services.undo_merge(db.session, actor(), merge, reason=form.reason.data)
        return url_for(".merge", merge=merge)

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="They are different people again.")
    ):
        return done
    return render_template("families/merge.html", merge=shown, form=form)
