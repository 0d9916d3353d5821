"""Asking for money, and a family's Money tab."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.commissioning import queries, services
from keywork.commissioning.forms import AskForm
from keywork.commissioning.policy import round_pounds
from keywork.commissioning.views.blueprint import SPENDERS, blueprint
from keywork.families import queries as families
from keywork.families.queries import FamilyView
from keywork.plans import queries as plans
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/families/<reference>/money")
@allow(*SPENDERS)
def money(reference: str) -> ResponseReturnValue:
    """Every spend for a family."""
    family = families.family(db.session, reference)
    return render_template(
        "commissioning/money.html",
        family=family,
        spends=queries.family_spends(db.session, family.ids),
        total=queries.family_total(db.session, family.ids),
    )


@blueprint.route("/families/<reference>/money/new", methods=["GET", "POST"])
@allow(*SPENDERS)
def ask(reference: str) -> ResponseReturnValue:
    """Ask for money for a family."""
    family = families.family(db.session, reference)
    goals = plans.plan(db.session, family.ids).goals
    purses = queries.purses_to_ask(db.session, family.hub_id)
    form = AskForm(family, goals, purses) if goals and purses else None

    def act(form: AskForm) -> str:
        purse = form.chosen_purse() or purses[0]
        spend = services.ask_for_money(db.session, actor(), family, form.wish(purse))
        return url_for(".show", reference=spend)

    if form and form.validate_on_submit() and (done := submit_once(form, lambda: act(form))):
        return done
    policy = queries.current_policy(db.session).rules
    return render_template(
        "commissioning/ask.html",
        family=family,
        form=form,
        goals=goals,
        limit=round_pounds(policy.limit_of(actor().roles)),
        hours=policy.deadlines.decide_hours,
        **(_forecast(family, form) if form else {}),
    )


@blueprint.post("/families/<reference>/money/forecast")
@allow(*SPENDERS)
def forecast(reference: str) -> ResponseReturnValue:
    """What is left and what policy would do with the form as it stands, for live.js."""
    family = families.family(db.session, reference)
    purses = queries.purses_to_ask(db.session, family.hub_id)
    form = AskForm(family, (), purses)
    form.validate()
    policy = queries.current_policy(db.session).rules
    return render_template(
        "commissioning/_forecast.html",
        limit=round_pounds(policy.limit_of(actor().roles)),
        hours=policy.deadlines.decide_hours,
        **_forecast(family, form),
    )


def _forecast(family: FamilyView, form: AskForm) -> dict[str, object]:
    purse = form.chosen_purse()
    if not purse or not form.amount.data:
        return {"purse": purse, "forecast": None}
    wanted = queries.Wanted(
        family_id=family.id,
        asker_id=actor().staff_id,
        roles=actor().roles,
        fund=purse.fund,
        category=form.category.data or "other",
        amount_pence=form.amount.data,
    )
    return {"purse": purse, "forecast": queries.forecast(db.session, wanted, purse)}
