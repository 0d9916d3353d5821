"""Opening a record in an emergency, and looking at those that were."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import policy, queries, services
from keywork.families.emergency_rules import emergency_hours
from keywork.families.forms import CheckForm, EmergencyForm
from keywork.families.tabs import family_tabs
from keywork.families.views.blueprint import READERS, blueprint
from keywork.kernel import clock
from keywork.kernel.database import transaction
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.fields import Form
from keywork.web.submit import sent_before, submit_once

CHECKERS = ("hub_manager", "service_lead", "information_officer")
"""Who sees which records were opened in an emergency: each what they answer for."""

REFUSED = "This record cannot be opened this way. Ask a hub manager."


@blueprint.route("/emergency", methods=["GET", "POST"], defaults={"reference": ""})
@blueprint.route("/families/<reference>/emergency", methods=["GET", "POST"])
@allow(*READERS)
def emergency(reference: str) -> ResponseReturnValue:
    """Ask to open a record that one may not, by its reference or exactly whom it is about.

    Until this is sent, and after a refusal, nothing says whether there is such a record. The page
    of a search sends what was typed there, and no more: that is not the form yet.
    """
    form = EmergencyForm()
    if not form.is_submitted():
        form.text.text = reference
    if done := sent_before(form):
        return done
    if "submission" in request.form and form.validate_on_submit():
        assert form.text.data is not None
        with transaction(db.session):
            family_id = services.find_in_emergency(db.session, form.text.data)
        if family_id is None:
            form.add_error("text", REFUSED)
        elif done := submit_once(form, lambda: _open(form, family_id)):
            return done
    hours = emergency_hours(clock.today())
    return render_template("families/emergency.html", form=form, hours=hours)


@blueprint.post("/families/<reference>/emergency/close")
@allow(*READERS)
def close_emergency(reference: str) -> ResponseReturnValue:
    """Close a record again that one opened in an emergency."""
    form = Form()

    def act() -> str:
        services.give_back(db.session, actor(), reference)
        return url_for("desk.start")

    if form.validate_on_submit() and (
        done := submit_once(form, act, said=f"You have closed {reference}.")
    ):
        return done
    return redirect(url_for("desk.start"), 303)


@blueprint.get("/emergencies")
@allow(*CHECKERS)
def emergencies() -> ResponseReturnValue:
    """Records opened in an emergency: those open now first, then what nobody has checked."""
    shown = queries.emergencies(db.session)
    return render_template("families/emergencies.html", emergencies=shown)


@blueprint.route("/emergencies/<reference>", methods=["GET", "POST"])
@allow(*CHECKERS)
def check_emergency(reference: str) -> ResponseReturnValue:
    """One of them, and saying whether it was justified."""
    shown = queries.emergency(db.session, reference)
    form = CheckForm(shown)

    def act() -> str:
        services.check_emergency(
            db.session,
            actor(),
            reference,
            justified=form.justified.data == "yes",
            words=form.words.data,
        )
        return url_for(".emergencies")

    if form.validate_on_submit() and (done := submit_once(form, act, said="Thank you. Checked.")):
        return done
    return render_template(
        "families/check_emergency.html",
        emergency=shown,
        form=form,
        may_check=policy.may_check(actor(), opened_by=shown.staff_id, manages=shown.may_open),
    )


def _open(form: EmergencyForm, family_id: int) -> str:
    reference = services.break_glass(
        db.session, actor(), family_id, kind=form.kind.data, reason=form.reason.data
    )
    address: str = family_tabs(reference)[0]["href"]
    return address
