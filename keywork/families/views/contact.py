"""How the family may be reached."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries, services
from keywork.families.forms import SafeContactForm
from keywork.families.views.blueprint import WRITERS, blueprint
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.route("/families/<reference>/safe-contact", methods=["GET", "POST"])
@allow(*WRITERS)
def safe_contact(reference: str) -> ResponseReturnValue:
    """Say how the family may be reached."""
    family = queries.family(db.session, reference)
    form = SafeContactForm(family.contact)
    address = url_for(".people", reference=reference)

    def act() -> str:
        services.set_safe_contact(
            db.session, actor(), family.id, form.contact(), version=form.seen_version()
        )
        return address

    if form.validate_on_submit():
        if done := submit_once(form, act):
            return done
        form.show_version(family.contact)
    return render_template("families/safe_contact.html", family=family, form=form, back=address)
