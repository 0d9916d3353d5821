"""Recording a purchase, and its receipts."""

from uuid import UUID

from flask import Response, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.commissioning import queries, services
from keywork.commissioning.forms import PurchaseForm, ReceiptForm
from keywork.commissioning.services.buying import receipt_path
from keywork.commissioning.views.blueprint import READERS, SPENDERS, blueprint
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once

ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/heic": "heic",
}


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
def add_receipt(reference: str) -> ResponseReturnValue:
    """Upload a receipt."""
    spend = queries.spend(db.session, reference)
    form = ReceiptForm()
    address = url_for(".show", reference=reference)

    def act() -> str:
        content = form.file.data.stream.read() if form.file.data else b""
        services.add_receipt(db.session, actor(), reference, content)
        return address

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="The receipt is with the purchase.")
    ):
        return done
    return render_template("commissioning/receipt.html", spend=spend, form=form, back=address)


@blueprint.get("/receipts/<uuid:uid>")
@allow(*READERS)
def receipt(uid: UUID) -> ResponseReturnValue:
    """A receipt's file, as a download that no browser runs."""
    found = queries.receipt_file(db.session, uid)
    with transaction(db.session):
        audit.record(db.session, "receipt.read", found.spend_reference)
    response: Response = send_file(
        receipt_path(found.stored_name),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=f"receipt-{found.spend_reference}.{ENDINGS[found.media_type]}",
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
