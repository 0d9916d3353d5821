"""What happened, looking for some of it, marking and correcting it."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from keywork.accounts.guard import actor
from keywork.families import policy, queries, services
from keywork.families.forms import CorrectionForm, SoughtForm
from keywork.families.notes import entry_notes
from keywork.families.views.blueprint import READERS, WRITERS, blueprint
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.fields import Form
from keywork.web.submit import submit_once

PLACE: Final = ("before", "words", "member", "kind", "source", "domain", "significant")
"""What in an address says where in the chronology somebody is."""


@blueprint.get("/families/<reference>/chronology")
@allow(*READERS)
def chronology(reference: str) -> ResponseReturnValue:
    """What happened, newest first; `?before=` an entry for older ones, and what is looked for."""
    family = queries.family(db.session, reference)
    before = request.args.get("before", type=UUID)
    form = SoughtForm(queries.people_of(db.session, family.ids))
    form.validate()
    if form.words.data:
        with transaction(db.session):
            audit.record(db.session, "chronology.search", family.reference)
    page = queries.chronology(db.session, family.ids, before, sought=form.sought())
    correctable = {
        entry.uid
        for entry in page.entries
        if not entry.corrected_by
        and policy.may_correct(actor(), author=entry.author, kind=entry.kind, hub_id=family.hub_id)
    }
    query = form.query()
    return render_template(
        "families/chronology.html",
        family=family,
        page=page,
        before=before,
        form=form,
        query=query,
        place=query | ({"before": before} if before else {}),
        applied=[
            (words, {other: value for other, value in query.items() if other != name})
            for name, words in form.applied().items()
        ],
        notes=entry_notes(db.session, [entry.uid for entry in page.entries]),
        correctable=correctable,
        may_write=actor().has(*WRITERS),
        mark=Form,
    )


@blueprint.post("/families/<reference>/chronology/<uuid:uid>/significant")
@allow(*WRITERS)
def mark_significant(reference: str, uid: UUID) -> ResponseReturnValue:
    """Mark an entry as one that whoever comes new should not miss."""
    return _mark(reference, uid, services.mark_significant)


@blueprint.post("/families/<reference>/chronology/<uuid:uid>/not-significant")
@allow(*WRITERS)
def unmark_significant(reference: str, uid: UUID) -> ResponseReturnValue:
    """Take that mark off it."""
    return _mark(reference, uid, services.unmark_significant)


def _mark(
    reference: str, uid: UUID, act: Callable[[Session, queries.FamilyView, UUID], None]
) -> ResponseReturnValue:
    """Do so, and go back to the entry where it was found."""
    family = queries.family(db.session, reference)
    place: dict[str, Any] = {name: request.args[name] for name in PLACE if name in request.args}
    address = url_for(".chronology", reference=reference, **place, _anchor=f"entry-{uid}")

    def mark() -> str:
        act(db.session, family, uid)
        return address

    form = Form()
    done = submit_once(form, mark) if form.validate_on_submit() else None
    return done or redirect(address, 303)


@blueprint.route("/families/<reference>/chronology/<uuid:uid>/correct", methods=["GET", "POST"])
@allow(*WRITERS)
def correct_entry(reference: str, uid: UUID) -> ResponseReturnValue:
    """Supersede an entry with the right words."""
    family = queries.family(db.session, reference)
    entry = queries.entry(db.session, family.ids, uid)
    form = CorrectionForm(data={"text": entry.text})
    address = url_for(".chronology", reference=reference)

    def act() -> str:
        services.correct_entry(
            db.session, actor(), family, uid, text=form.text.data, reason=form.reason.data
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "families/correct_entry.html", family=family, entry=entry, form=form, back=address
    )
