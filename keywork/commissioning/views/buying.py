"""Recording a purchase, and its receipts."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.commissioning import queries, services
from keywork.commissioning.forms import PurchaseForm, ReceiptForm
from keywork.commissioning.views.blueprint import READERS, SPENDERS, blueprint
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.kernel.file_kinds import PHOTOS
from keywork.kernel.files import path_of
from keywork.web.access import allow, leaves
from keywork.web.db import db
from keywork.web.submit import submit_once
from keywork.web.uploads import download, takes_file


@blueprint.route("/spends/<reference>/purchase", methods=["GET", "POST"])
@allow(*SPENDERS)
def buy(reference: str) -> ResponseReturnValue:
    """Record what was bought."""
    spend = queries.spend(db.session, reference)
    form = PurchaseForm(spend.version)

    def act() -> str:
        seen = form.seen_version()
        services.record_purchase(db.session, actor(), reference, seen, form.purchased())
        return url_for(".add_receipt", reference=reference)

    if form.validate_on_submit():
        if done := submit_once(form, act):
            return done
        spend = queries.spend(db.session, reference)
        form.show_version(spend.version)
    back = url_for(".show", reference=reference)
    return render_template("commissioning/buy.html", spend=spend, form=form, back=back)


@blueprint.route("/spends/<reference>/receipt", methods=["GET", "POST"])
@allow(*SPENDERS)
@takes_file
def add_receipt(reference: str) -> ResponseReturnValue:
    """Upload a receipt."""
    spend = queries.spend(db.session, reference)
    form = ReceiptForm()
    address = url_for(".show", reference=reference)

    def act() -> str:
        services.add_receipt(db.session, actor(), reference, form.file.upload())
        return address

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="The receipt is with the purchase.")
    ):
        return done
    return render_template("commissioning/receipt.html", spend=spend, form=form, back=address)


@blueprint.get("/receipts/<uuid:uid>")
@allow(*READERS)
@leaves
def receipt(uid: UUID) -> ResponseReturnValue:
    """A receipt's file, as a download that no browser runs."""
    found = queries.receipt_file(db.session, uid)
    with transaction(db.session):
        audit.record(db.session, "receipt.read", found.spend_reference, family_id=found.family_id)
    ending = next(kind.endings[0] for kind in PHOTOS if kind.media_type == found.media_type)
    return download(
        path_of("receipts", found.stored_name),
        found.media_type,
        f"receipt-{found.spend_reference}.{ending}",
    )
