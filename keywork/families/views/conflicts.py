"""One of us knows somebody in a family; and who reads for the key worker before them."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import queries as accounts
from keywork.accounts.guard import actor
from keywork.families import queries, services
from keywork.families.forms import ColleagueConflictForm, ConflictForm, ReasonForm
from keywork.families.views.blueprint import READERS, blueprint
from keywork.families.views.team import managed
from keywork.kernel.errors import NotVisible
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.fields import Form
from keywork.web.submit import sent_before, submit_once


@blueprint.route("/families/<reference>/team/i-know-them", methods=["GET", "POST"])
@allow(*READERS)
def declare_conflict(reference: str) -> ResponseReturnValue:
    """Say that one knows somebody in the family, and open it no more."""
    if done := sent_before(Form()):
        return done
    family = queries.family(db.session, reference)
    form = ConflictForm(_people(family))

    def act() -> str:
        services.declare_conflict(
            db.session,
            actor(),
            family,
            staff_id=actor().staff_id,
            member_ids=form.people.data,
            reason=form.reason.data,
        )
        return url_for("desk.start")

    said = "Thank you for saying so. The record is closed to you."
    if form.validate_on_submit() and (done := submit_once(form, act, said=said)):
        return done
    back = url_for(".team", reference=reference)
    return render_template("families/conflict.html", family=family, form=form, back=back)


@blueprint.route("/families/<reference>/team/conflicts", methods=["GET", "POST"])
@allow("hub_manager")
def conflicts(reference: str) -> ResponseReturnValue:
    """Which colleagues know somebody in the family; and saying so of another."""
    family = managed(reference)
    others = services.colleagues(db.session, family)
    others.pop(actor().staff_id, None)
    form = ColleagueConflictForm(_people(family), others)

    def act() -> str:
        services.declare_conflict(
            db.session,
            actor(),
            family,
            staff_id=form.staff.data,
            member_ids=form.people.data,
            reason=form.reason.data,
        )
        return url_for(".conflicts", reference=reference)

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="The record is closed to them.")
    ):
        return done
    return render_template(
        "families/conflicts.html",
        family=family,
        conflicts=queries.conflicts(db.session, family),
        form=form,
        back=url_for(".team", reference=reference),
    )


@blueprint.route("/families/<reference>/team/conflicts/<uuid:uid>/lift", methods=["GET", "POST"])
@allow("hub_manager")
def lift_conflict(reference: str, uid: UUID) -> ResponseReturnValue:
    """Let a colleague open the record again, as far as they may."""
    family = managed(reference)
    shown = queries.conflict(db.session, family, uid)
    form = ReasonForm()
    address = url_for(".conflicts", reference=reference)

    def act() -> str:
        services.lift_conflict(db.session, actor(), family, uid, form.reason.data)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "families/lift_conflict.html", family=family, conflict=shown, form=form, back=address
    )


@blueprint.route("/families/<reference>/team/reads-for/<uuid:uid>/end", methods=["GET", "POST"])
@allow("hub_manager")
def end_taking_over(reference: str, uid: UUID) -> ResponseReturnValue:
    """Protect from a key worker again what was protected for the one before."""
    family = managed(reference)
    form = Form()
    address = url_for(".team", reference=reference)

    def act() -> str:
        services.end_taking_over(db.session, actor(), family, uid)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    rows = accounts.readings(db.session, family.ids)
    shown = next((row for row in rows if row.uid == uid), None)
    if shown is None:
        raise NotVisible
    return render_template(
        "families/end_taking_over.html", family=family, shown=shown, form=form, back=address
    )


def _people(family: queries.FamilyView) -> list[queries.MemberView]:
    """Everybody who is or was in the family."""
    return [*family.members, *queries.former_members(db.session, family)]
