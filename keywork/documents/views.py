"""A family's documents."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.documents import queries, services
from keywork.documents.forms import DocumentForm
from keywork.families import queries as families
from keywork.families.forms import named_staff_of
from keywork.families.views import READERS, WRITERS
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.kernel.files import path_of
from keywork.web import uploads
from keywork.web.access import allow, leaves
from keywork.web.db import db
from keywork.web.submit import submit_once

blueprint = Blueprint("documents", __name__, url_prefix="/families/<reference>/documents")


@blueprint.get("")
@allow(*READERS)
def show(reference: str) -> ResponseReturnValue:
    """What there is, newest first; `?before=` a document for older ones."""
    family = families.family(db.session, reference)
    before = request.args.get("before", type=UUID)
    return render_template(
        "documents/show.html",
        family=family,
        page=queries.documents(db.session, family.ids, before),
        before=before,
        may_write=actor().has(*WRITERS),
        back=url_for("families.chronology", reference=reference),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(*WRITERS)
@uploads.takes_file
def add(reference: str) -> ResponseReturnValue:
    """Upload a document."""
    family = families.family(db.session, reference)
    form = DocumentForm(family, actor().staff_id)
    address = url_for(".show", reference=reference)

    def act() -> str:
        services.add_document(
            db.session,
            actor(),
            family,
            form.file.upload(),
            form.about(),
            named_staff=named_staff_of(form),
            named_members=form.named_members.data,
        )
        return address

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="The document is in the record.")
    ):
        return done
    return render_template("documents/add.html", family=family, form=form, back=address)


@blueprint.get("/<uuid:uid>")
@allow(*READERS)
@leaves
def download(reference: str, uid: UUID) -> ResponseReturnValue:
    """A document's file, as a download that no browser runs; `uid` is its entry's."""
    family = families.family(db.session, reference)
    found = queries.document(db.session, family, uid)
    with transaction(db.session):
        audit.record(db.session, "document.read", str(uid), family_id=family.id)
    path = path_of(queries.FOLDER, found.stored_name)
    return uploads.download(path, found.media_type, found.download_name)
