"""Making a copy for a member of a family, and fetching one that was made."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.copies import queries, services
from keywork.copies.forms import CopyForm, PartsForm
from keywork.copies.policy import Asked, Item
from keywork.families import queries as families
from keywork.families.queries import FamilyView, MemberView
from keywork.families.views import READERS, WRITERS
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.kernel.errors import Refusal
from keywork.kernel.file_kinds import PDF
from keywork.kernel.files import path_of
from keywork.web import uploads
from keywork.web.access import allow, leaves
from keywork.web.db import db
from keywork.web.submit import sent_before, submit_once

blueprint = Blueprint("copies", __name__)


@blueprint.get("/families/<reference>/copies")
@allow(*READERS)
def show(reference: str) -> ResponseReturnValue:
    """Every copy that was made, and for whom one can be."""
    family = families.family(db.session, reference)
    return render_template(
        "copies/show.html",
        family=family,
        copies=queries.copies(db.session, family),
        may_write=actor().has(*WRITERS),
        back=url_for("sharing.show", reference=reference),
    )


@blueprint.get("/families/<reference>/people/<uuid:member>/copy")
@allow(*WRITERS)
def choose(reference: str, member: UUID) -> ResponseReturnValue:
    """Which parts of the record a copy should have in it."""
    family = families.family(db.session, reference)
    return _choose(family, _person(family, member), PartsForm())


@blueprint.route("/families/<reference>/people/<uuid:member>/copy/check", methods=["GET", "POST"])
@allow(*WRITERS)
def check(reference: str, member: UUID) -> ResponseReturnValue:
    """What would be in it, each thing to be read and perhaps left out; then make it."""
    family = families.family(db.session, reference)
    person = _person(family, member)
    parts = PartsForm()
    asked = parts.asked_for()
    if asked is None:
        return _choose(family, person, parts)
    try:
        items = queries.content(db.session, family, person, asked)
    except Refusal as refusal:
        parts.add_error(refusal.field, refusal.sentence)
        return _choose(family, person, parts)
    return _check(family, person, asked, items)


@blueprint.get("/copies/<uuid:uid>")
@allow(*READERS)
@leaves
def download(uid: UUID) -> ResponseReturnValue:
    """A copy's file; its name says nothing but the reference."""
    found = queries.copy_file(db.session, uid)
    with transaction(db.session):
        audit.record(db.session, "copy.read", found.reference, family_id=found.family_id)
    path = path_of(queries.FOLDER, found.stored_name)
    return uploads.download(path, PDF.media_type, f"{found.reference}.pdf")


def _person(family: FamilyView, member: UUID) -> MemberView:
    return families.person(db.session, family, member).member


def _choose(family: FamilyView, person: MemberView, form: PartsForm) -> ResponseReturnValue:
    return render_template(
        "copies/choose.html",
        family=family,
        recipient=person,
        form=form,
        action=url_for(".check", reference=family.reference, member=person.uid),
        back=url_for("families.person", reference=family.reference, member=person.uid),
    )


def _check(
    family: FamilyView, person: MemberView, asked: Asked, items: list[Item]
) -> ResponseReturnValue:
    form = CopyForm(items)
    address = url_for(".show", reference=family.reference)

    def act() -> str:
        services.make_copy(
            db.session,
            actor(),
            family,
            person,
            asked,
            keys=form.keys(),
            giving=form.giving(),
            version=form.version.text,
        )
        return address

    if done := sent_before(form):
        return done
    if form.validate_on_submit():
        if done := submit_once(form, act, said="The copy is made. It is the first in the list."):
            return done
        form.show_version(items)
    here = url_for(".choose", reference=family.reference, member=person.uid)
    return render_template(
        "copies/check.html",
        family=family,
        recipient=person,
        form=form if items else None,
        items=items,
        asked=asked,
        back=f"{here}?{request.query_string.decode()}",
    )
