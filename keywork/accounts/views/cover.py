"""Who stands in for whom."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import queries, services
from keywork.accounts.forms.cover import CoverForm, EndCoverForm
from keywork.accounts.guard import actor
from keywork.accounts.views.blueprint import blueprint
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import sent_before, submit_once


@blueprint.get("/cover")
@allow("hub_manager", "service_lead")
def covers() -> ResponseReturnValue:
    """Who stands in for whom, now and later."""
    return render_template("accounts/covers.html", covers=queries.covers(db.session))


@blueprint.route("/cover/new", methods=["GET", "POST"])
@allow("hub_manager", "service_lead")
def arrange_cover() -> ResponseReturnValue:
    """Have somebody stand in for a colleague who will be away."""
    who = actor()
    form = CoverForm(queries.may_be_absent(db.session, who), queries.may_stand_in(db.session, who))
    address = url_for(".covers")
    if done := sent_before(form):
        return done

    def act() -> str:
        assert form.first.data and form.last.data
        services.arrange_cover(
            db.session,
            who,
            absent_id=form.absent.data,
            cover_id=form.cover.data,
            first=form.first.data,
            last=form.last.data,
            reason=form.reason.data,
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act, said="Cover is arranged.")):
        return done
    return render_template("accounts/cover_new.html", form=form, back=address)


@blueprint.route("/cover/<uuid:uid>/end", methods=["GET", "POST"])
@allow("hub_manager", "service_lead")
def end_cover(uid: UUID) -> ResponseReturnValue:
    """End it before its last day."""
    form = EndCoverForm()
    address = url_for(".covers")

    def act() -> str:
        services.end_cover(db.session, actor(), uid)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act, said="Cover has ended.")):
        return done
    found = queries.cover(db.session, uid)
    return render_template("accounts/cover_end.html", cover=found, form=form, back=address)
