"""What happened, and correcting it."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import policy, queries, services
from keywork.families.forms import CorrectionForm, VisitForm
from keywork.families.views.blueprint import READERS, WRITERS, blueprint
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/families/<reference>/chronology")
@allow(*READERS)
def chronology(reference: str) -> ResponseReturnValue:
    """What happened, newest first; `?before=` an entry for older ones."""
    family = queries.family(db.session, reference)
    before = request.args.get("before", type=UUID)
    page = queries.chronology(db.session, family.ids, before)
    correctable = {
        entry.uid
        for entry in page.entries
        if not entry.corrected_by
        and policy.may_correct(actor(), author=entry.author, kind=entry.kind, hub_id=family.hub_id)
    }
    return render_template(
        "families/chronology.html",
        family=family,
        page=page,
        before=before,
        correctable=correctable,
        may_write=actor().has(*WRITERS),
    )


@blueprint.route("/families/<reference>/visits/new", methods=["GET", "POST"])
@allow(*WRITERS)
def record_visit(reference: str) -> ResponseReturnValue:
    """Write one visit up for everybody it concerned."""
    family = queries.family(db.session, reference)
    form = VisitForm(family, actor().staff_id)
    address = url_for(".chronology", reference=reference)

    def act() -> str:
        services.record_visit(db.session, actor(), family, **form.values())
        return address

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="The visit is in the chronology.")
    ):
        return done
    return render_template("families/record_visit.html", family=family, form=form, back=address)


@blueprint.route("/families/<reference>/chronology/<uuid:uid>/correct", methods=["GET", "POST"])
@allow(*WRITERS)
def correct_entry(reference: str, uid: UUID) -> ResponseReturnValue:
    """Supersede an entry with the right words."""
    family = queries.family(db.session, reference)
    entry = queries.entry(db.session, family.ids, uid)
    form = CorrectionForm(data={"text": entry.text})
    address = url_for(".chronology", reference=reference)

    def act() -> str:
        services.correct_entry(db.session, actor(), uid, form.text.data, form.reason.data)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "families/correct_entry.html", family=family, entry=entry, form=form, back=address
    )
