"""One spend: where it stands, and taking it back."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.commissioning import queries, services
from keywork.commissioning.forms import ConfirmForm
from keywork.commissioning.policy import DECIDER_NAMES
from keywork.commissioning.queries import SpendView
from keywork.commissioning.views.blueprint import READERS, SPENDERS, blueprint
from keywork.families import queries as families
from keywork.families.queries import FamilyView
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.plans import queries as plans
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/spends/<reference>")
@allow(*READERS)
def show(reference: str) -> ResponseReturnValue:
    """A spend in full; where it stands keeps itself up to date until it is decided."""
    spend = queries.spend(db.session, reference)
    with transaction(db.session):
        audit.record(db.session, "spend.read", spend.reference, family_id=spend.family_id)
    return render_template("commissioning/show.html", **surroundings(spend))


@blueprint.get("/spends/<reference>/status")
@allow(*READERS)
def status(reference: str) -> ResponseReturnValue:
    """Where a spend stands, for live.js."""
    spend = queries.spend(db.session, reference)
    return render_template("commissioning/_status.html", **standing(spend))


@blueprint.route("/spends/<reference>/withdraw", methods=["GET", "POST"])
@allow(*SPENDERS)
def withdraw(reference: str) -> ResponseReturnValue:
    """Take a request back."""
    spend = queries.spend(db.session, reference)
    form = ConfirmForm(data={"version": spend.version})
    address = url_for(".show", reference=reference)

    def act() -> str:
        services.withdraw(db.session, actor(), reference, form.seen_version())
        return address

    if form.validate_on_submit():
        if done := submit_once(
            form, act, said="The request is withdrawn and the money is back in the purse."
        ):
            return done
        spend = queries.spend(db.session, reference)
        form.show_version(spend.version)
    return render_template("commissioning/withdraw.html", spend=spend, form=form, back=address)


def standing(spend: SpendView) -> dict[str, object]:
    """What the status of a spend is told from."""
    own = spend.requested_by == actor().staff_id
    reasons = [rule.to_asker if own else rule.sentence for rule in spend.fired]
    return {
        "spend": spend,
        "own": own,
        "because": "; ".join(reasons),
        "waits_for": DECIDER_NAMES.get(spend.decider_role or ""),
        "mine_to_decide": spend.may_be_decided_by(actor()),
        "may_buy": actor().has(*SPENDERS),
    }


def surroundings(spend: SpendView) -> dict[str, object]:
    """What surrounds a spend: family, members, goal and purse, as far as the actor may see them."""
    names = families.member_names(db.session, spend.member_ids)
    return {
        **standing(spend),
        "family": opened(spend),
        "members": [names[member] for member in spend.member_ids if member in names],
        "goal": plans.goals_by_id(db.session, [spend.goal_id]).get(spend.goal_id),
        "purse": queries.purse_by_id(db.session, spend.purse_id),
        "policy": (
            queries.policy_version(db.session, spend.policy_version_id).rules
            if spend.policy_version_id
            else None
        ),
    }


def opened(spend: SpendView) -> FamilyView | None:
    """The spend's family; None for a service lead, who sees the request but not the record."""
    reference = spend.family_reference
    return families.family(db.session, reference) if reference else None
