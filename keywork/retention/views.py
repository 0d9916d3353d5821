"""The queue of what was kept long enough, holds, and what was erased."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.retention import queries, services
from keywork.retention.forms import (
    ERASE,
    KEEP,
    LIFT,
    HeldForm,
    HoldForm,
    ReviewForm,
)
from keywork.retention.queries import ReviewView
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.fields import Form
from keywork.web.submit import sent_before, submit_once

LOOK_AFTER = ("information_officer", "service_lead")

blueprint = Blueprint("retention", __name__, url_prefix="/retention")


@blueprint.get("")
@allow(*LOOK_AFTER)
def queue() -> ResponseReturnValue:
    """What waits for a decision."""
    return render_template("retention/queue.html", reviews=queries.queue(db.session))


@blueprint.route("/<uuid:uid>", methods=["GET", "POST"])
@allow(*LOOK_AFTER)
def review(uid: UUID) -> ResponseReturnValue:
    """One record, and what becomes of it."""
    if done := sent_before(Form()):
        return done
    shown = queries.review(db.session, uid)
    form = ReviewForm(shown, actor())
    if form.validate_on_submit():
        if done := submit_once(form, lambda: _decide(shown, form), said=_said(shown, form)):
            return done
        shown = queries.review(db.session, uid)
        form.show_version(shown, actor())
    if shown.decided and not form.is_submitted():
        return redirect(url_for(".queue"), 303)
    return render_template("retention/review.html", review=shown, form=form)


@blueprint.get("/holds")
@allow(*LOOK_AFTER)
def holds() -> ResponseReturnValue:
    """What may not be erased."""
    return render_template(
        "retention/holds.html",
        standing=queries.holds(db.session),
        lifted=queries.holds(db.session, lifted=True),
        may_hold=actor().has("information_officer"),
    )


@blueprint.route("/holds/new", methods=["GET", "POST"])
@allow("information_officer")
def place_hold() -> ResponseReturnValue:
    """Hold a record, or a person's records."""
    form = HoldForm()

    def act() -> str:
        services.place_hold(
            db.session,
            actor(),
            form.wanted(),
            reason=form.reason.data,
            reference=form.reference.data,
            look_again_on=form.day(),
        )
        return url_for(".holds")

    if form.validate_on_submit() and (done := submit_once(form, act, said="The hold stands.")):
        return done
    return render_template("retention/place_hold.html", form=form)


@blueprint.route("/holds/<uuid:uid>", methods=["GET", "POST"])
@allow("information_officer")
def hold(uid: UUID) -> ResponseReturnValue:
    """Look at a hold again."""
    if done := sent_before(Form()):
        return done
    shown = queries.hold(db.session, uid)
    form = HeldForm(shown)

    def act() -> str:
        version = form.seen_version()
        if form.decision.data == LIFT:
            services.lift_hold(db.session, actor(), uid, version, reason=form.reason.data)
        else:
            services.keep_hold(db.session, actor(), uid, version, look_again_on=form.day())
        return url_for(".holds")

    if form.validate_on_submit():
        if done := submit_once(form, act):
            return done
        shown = queries.hold(db.session, uid)
        form.version.text = str(shown.version)
    if shown.lifted_at and not form.is_submitted():
        return redirect(url_for(".holds"), 303)
    return render_template("retention/hold.html", hold=shown, form=form)


@blueprint.get("/erased")
@allow(*LOOK_AFTER)
def erased() -> ResponseReturnValue:
    """The certificates of what was erased."""
    return render_template("retention/erased.html", erasures=queries.erasures(db.session))


def _decide(shown: ReviewView, form: ReviewForm) -> str:
    version = form.seen_version()
    if form.decision.data == KEEP:
        services.keep(
            db.session,
            actor(),
            shown.uid,
            version,
            until=form.day(),
            reason=form.reason.data,
        )
    elif form.decision.data != ERASE:
        services.take_back(db.session, actor(), shown.uid, version)
    elif shown.state == "open":
        services.propose(db.session, actor(), shown.uid, version)
    else:
        services.confirm(db.session, actor(), shown.uid, version)
        return url_for(".erased")
    return url_for(".queue")


def _said(shown: ReviewView, form: ReviewForm) -> str:
    if form.decision.data == KEEP:
        return f"{shown.reference} is kept."
    if form.decision.data != ERASE:
        return f"{shown.reference} stays in the queue."
    if shown.state == "open":
        return "Another person has been asked to confirm it."
    return f"{shown.reference} is erased."
