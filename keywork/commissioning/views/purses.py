"""Purses: what is in them, what it is made of, and putting money in."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import queries as accounts
from keywork.accounts.guard import actor
from keywork.commissioning import queries, services
from keywork.commissioning.forms import AllocationForm
from keywork.commissioning.models import State
from keywork.commissioning.policy import sees_postings
from keywork.commissioning.views.blueprint import PURSE_READERS, blueprint
from keywork.kernel.errors import NotVisible
from keywork.ledger.services import Account
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/purses")
@allow(*PURSE_READERS)
def purses() -> ResponseReturnValue:
    """The purses the actor may see."""
    return render_template(
        "commissioning/purses.html",
        purses=queries.purses(db.session, actor()),
        may_allocate=actor().has("service_lead"),
    )


@blueprint.get("/purses/<reference>")
@allow(*PURSE_READERS)
def purse(reference: str) -> ResponseReturnValue:
    """One purse: the bar, what will move, and every spend on one line."""
    found = queries.purse(db.session, actor(), reference)
    lines = queries.lines(db.session, found.id)
    return render_template(
        "commissioning/purse.html",
        purse=found,
        lines=lines,
        waiting=[line for line in lines if line.state == State.WAITING],
        unevidenced=[line for line in lines if line.state == State.BOUGHT],
        accounts=list(Account) if sees_postings(actor(), found.hub_id) else [],
        everything=sees_postings(actor(), found.hub_id),
    )


@blueprint.get("/purses/<reference>/postings/<account>")
@allow("hub_manager", "service_lead", "finance")
def postings(reference: str, account: str) -> ResponseReturnValue:
    """The postings that one figure of a purse is made of."""
    found = queries.purse(db.session, actor(), reference)
    if account not in list(Account) or not sees_postings(actor(), found.hub_id):
        raise NotVisible
    return render_template(
        "commissioning/postings.html",
        purse=found,
        account=account,
        postings=queries.statement(db.session, found, Account(account)),
        back=url_for(".purse", reference=reference),
    )


@blueprint.route("/purses/allocate", methods=["GET", "POST"])
@allow("service_lead")
def allocate() -> ResponseReturnValue:
    """Put money in a purse, opening it if there is none yet."""
    form = AllocationForm(accounts.hubs(db.session))

    def act() -> str:
        reference = services.open_purse(
            db.session, actor(), form.hub.data, form.fund.data, form.year.data
        )
        services.allocate(db.session, actor(), reference, form.amount.data or 0)
        return url_for(".purse", reference=reference)

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="The money is in the purse.")
    ):
        return done
    return render_template("commissioning/allocate.html", form=form, back=url_for(".purses"))
