"""Deciding: what waits for the actor, and one spend with all that is needed to decide it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.commissioning import queries, services
from keywork.commissioning.forms import DecisionForm
from keywork.commissioning.queries import SpendView
from keywork.commissioning.views.blueprint import DECIDERS, blueprint
from keywork.commissioning.views.spends import surroundings
from keywork.families import queries as families
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.kernel.errors import Refusal
from keywork.plans import queries as plans
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/approvals")
@allow(*DECIDERS)
def waiting() -> ResponseReturnValue:
    """Every spend that waits for the actor, the most urgent first."""
    spends = queries.waiting_for(db.session, actor())
    names = families.families_by_id(db.session, {spend.family_id for spend in spends})
    return render_template("commissioning/waiting.html", spends=spends, families=names)


@blueprint.route("/spends/<reference>/decide", methods=["GET", "POST"])
@allow(*DECIDERS)
def decide(reference: str) -> ResponseReturnValue:
    """Approve or decline a spend."""
    spend = queries.spend(db.session, reference)
    if request.method == "GET":
        if not spend.may_be_decided_by(actor()):
            return redirect(url_for(".show", reference=reference), 303)
        with transaction(db.session):
            audit.record(db.session, "spend.read", spend.reference, family_id=spend.family_id)
    form = DecisionForm(data={"version": spend.version})
    if form.validate_on_submit():
        if done := submit_once(form, lambda: _decide(form, reference)):
            return done
        spend = queries.spend(db.session, reference)
        form.show_version(spend.version)
    return render_template("commissioning/decide.html", form=form, **_needed(spend))


def _decide(form: DecisionForm, reference: str) -> str:
    """The act behind whichever button was pressed."""
    seen, reason, decision = form.seen_version(), form.reason.data, request.form.get("decision")
    if decision not in {"approve", "decline"}:
        raise Refusal("Choose Approve or Decline")
    if decision == "approve":
        services.approve(db.session, actor(), reference, seen, reason)
        flash("Approved. The person who asked has been told.", "success")
    else:
        services.decline(db.session, actor(), reference, seen, reason)
        flash("Declined. The person who asked has been told.", "success")
    return url_for(".waiting")


def _needed(spend: SpendView) -> dict[str, object]:
    found = surroundings(spend)
    records = families.records_of(db.session, spend.family_id)
    earlier = queries.family_spends(db.session, records)
    return {
        **found,
        "plan_lines": plans.plan_lines(db.session, records) if found["family"] else [],
        "earlier": [line for line in earlier if line.reference != spend.reference],
    }
