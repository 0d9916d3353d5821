"""Consent and sharing of a family."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries as families
from keywork.families.forms import named_staff_of
from keywork.families.queries import FamilyView
from keywork.families.views import READERS, WRITERS
from keywork.sharing import queries, services
from keywork.sharing.forms import ConsentForm, DecisionForm
from keywork.sharing.queries import ConsentView
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once

blueprint = Blueprint("sharing", __name__, url_prefix="/families/<reference>/sharing")


@blueprint.get("")
@allow(*READERS)
def show(reference: str) -> ResponseReturnValue:
    """Who agrees to what, and what was shared or not; `?before=` a decision for older ones."""
    family = families.family(db.session, reference)
    before = request.args.get("before", type=UUID)
    return render_template(
        "sharing/show.html",
        family=family,
        consents=queries.consents(db.session, family),
        page=queries.disclosures(db.session, family.ids, before),
        before=before,
        may_write=actor().has(*WRITERS),
    )


@blueprint.route("/consent/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_consent(reference: str) -> ResponseReturnValue:
    """Record a first answer."""
    family = families.family(db.session, reference)
    return _consent_page(family, [])


@blueprint.route("/consent/<uuid:uid>", methods=["GET", "POST"])
@allow(*WRITERS)
def change_consent(reference: str, uid: UUID) -> ResponseReturnValue:
    """Record a later answer to what an answer was about."""
    family = families.family(db.session, reference)
    return _consent_page(family, queries.series_of(db.session, family.ids, uid))


@blueprint.route("/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_decision(reference: str) -> ResponseReturnValue:
    """Record what was shared, or that it was decided not to be."""
    family = families.family(db.session, reference)
    form = DecisionForm(family, actor().staff_id)
    address = url_for(".show", reference=reference)

    def act() -> str:
        named = named_staff_of(form)
        services.record_decision(
            db.session,
            actor(),
            family,
            form.decision(),
            named_staff=named,
            named_members=form.named_members.data,
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("sharing/decision.html", family=family, form=form, back=address)


def _consent_page(family: FamilyView, seen: list[ConsentView]) -> ResponseReturnValue:
    form = ConsentForm(family, actor().staff_id, seen)
    address = url_for(".show", reference=family.reference)

    def act() -> str:
        services.record_consent(
            db.session,
            actor(),
            seen[0].family_id if seen else family.id,
            form.question(),
            form.given(),
            version=form.seen_version(),
            named_staff=named_staff_of(form),
            named_members=form.named_members.data,
        )
        return address

    if form.validate_on_submit():
        if done := submit_once(form, act):
            return done
        form.show_version()
    name = ""
    if seen:
        member_id = seen[0].answer.member_id
        name = families.member_names(db.session, [member_id])[member_id]
    return render_template(
        "sharing/consent.html",
        family=family,
        form=form,
        latest=seen[0] if seen else None,
        name=name,
        back=address,
    )
