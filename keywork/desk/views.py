"""The start page, and a family at a glance."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.desk import queries
from keywork.kernel import clock
from keywork.web.access import allow, signed_in
from keywork.web.db import db

blueprint = Blueprint("desk", __name__)

AT_WORK_ELSEWHERE = {
    "health_visitor": "handoffs.mine",
    "finance": "commissioning.purses",
}
"""Roles without a day here, and the page they come for."""


@blueprint.get("/")
@signed_in
def start() -> ResponseReturnValue:
    """My day: what needs me now, what is due, my families, what is left to spend."""
    who = actor()
    for role, endpoint in AT_WORK_ELSEWHERE.items():
        if who.roles == {role}:
            return redirect(url_for(endpoint))
    return render_template(
        "desk/start.html",
        today=clock.today(),
        day=queries.my_day(db.session, who),
        hub=queries.hub_today(db.session, who) if who.managed_hub_ids else None,
        is_key_worker=who.has("key_worker"),
    )


@blueprint.get("/families/<reference>")
@allow("key_worker", "specialist", "hub_manager")
def family(reference: str) -> ResponseReturnValue:
    """One family at a glance."""
    overview = queries.overview(db.session, reference)
    return render_template("desk/family.html", overview=overview, family=overview.family)
