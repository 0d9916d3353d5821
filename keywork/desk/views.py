"""The start page, and a family at a glance."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.desk import queries, services
from keywork.desk.forms import ChooseRecordForm, CloseForm, JoinForm
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.families.policy import may_manage
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.web.access import allow, signed_in
from keywork.web.db import db
from keywork.web.submit import sent_before, submit_once

blueprint = Blueprint("desk", __name__)

TASKS = {
    "visit": ("Record a visit", "plans.record_visit"),
    "money": ("Ask for money", "commissioning.ask"),
}
"""What can be begun from My day: its name, and the page of a family where it is done."""

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
    order = request.args.get("order", "")
    for role, endpoint in AT_WORK_ELSEWHERE.items():
        if who.roles == {role}:
            return redirect(url_for(endpoint))
    return render_template(
        "desk/start.html",
        today=clock.today(),
        day=queries.my_day(db.session, who, order),
        order=order,
        orders=queries.ORDERS,
        tasks=TASKS,
        hub=queries.hub_today(db.session, who) if who.managed_hub_ids else None,
        is_key_worker=who.has("key_worker"),
    )


@blueprint.get("/which-family/<task>")
@allow("key_worker", "specialist", "hub_manager")
def which_family(task: str) -> ResponseReturnValue:
    """Choose the family to record a visit of, or to ask for money for."""
    if task not in TASKS:
        raise NotVisible
    mine = families.caseload(db.session, *actor().acts_for)
    return render_template("desk/which_family.html", families=mine, task=task, tasks=TASKS)


@blueprint.get("/key-worker-left")
@allow("hub_manager")
def left_behind() -> ResponseReturnValue:
    """The families for which somebody has to find another key worker."""
    found = queries.left_behind(db.session, actor())
    return render_template("desk/left_behind.html", families=found, back=url_for(".start"))


@blueprint.get("/families/<reference>")
@allow("key_worker", "specialist", "hub_manager")
def family(reference: str) -> ResponseReturnValue:
    """One family at a glance."""
    overview = queries.overview(db.session, reference)
    return render_template("desk/family.html", overview=overview, family=overview.family)


@blueprint.route("/families/<reference>/close", methods=["GET", "POST"])
@allow("hub_manager")
def close_family(reference: str) -> ResponseReturnValue:
    """End the help for a family, once nothing is left to be finished."""
    family = _managed(reference)
    form = CloseForm()
    address = url_for("families.record", reference=reference)

    def act() -> str:
        services.close_family(db.session, actor(), family, form.reason.data, form.words.data)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act, said="The record is closed.")):
        return done
    return render_template(
        "desk/close_family.html",
        family=family,
        left=queries.before_closing(db.session, family),
        form=form,
        back=address,
    )


@blueprint.route("/families/<reference>/join", methods=["GET", "POST"])
@allow("hub_manager")
def choose_record(reference: str) -> ResponseReturnValue:
    """Say which record belongs to this one."""
    family = _managed(reference)
    form = ChooseRecordForm()

    def act() -> str:
        try:
            other = families.family(db.session, form.other.data.strip().upper())
        except NotVisible:
            raise Refusal("You cannot open a record with this reference", "other") from None
        if other.id == family.id:
            raise Refusal("This is the record itself, or joined to it already", "other")
        return url_for(".join_families", reference=reference, other=other.reference)

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    back = url_for("families.record", reference=reference)
    return render_template("desk/choose_record.html", family=family, form=form, back=back)


@blueprint.route("/families/<reference>/join/<other>", methods=["GET", "POST"])
@allow("hub_manager")
def join_families(reference: str, other: str) -> ResponseReturnValue:
    """Both records side by side, and joining the one to the other."""
    family = _managed(reference)
    sides = [
        queries.side(db.session, found) for found in (family, families.family(db.session, other))
    ]
    joined = sides[1].family
    there = {worker.staff_id for worker in family.team}
    form = JoinForm([worker for worker in joined.team if worker.staff_id not in there])
    address = url_for("families.record", reference=reference)
    if done := sent_before(form):
        return done

    def act() -> str:
        if joined.reference != other:
            raise Stale(f"{other} was joined to {joined.reference} since you opened this page")
        family_services.join_families(
            db.session,
            actor(),
            family.id,
            joined.id,
            reason=form.reason.data,
            words=form.words.data,
            staff_ids=form.staff.data,
        )
        return address

    if form.validate_on_submit() and (
        done := submit_once(form, act, said=f"{other} is read together with this record now.")
    ):
        return done
    if joined.id == family.id and not form.errors:
        return redirect(address, 303)
    return render_template(
        "desk/join_families.html",
        family=family,
        sides=sides,
        joined=joined,
        form=form,
        back=url_for(".choose_record", reference=reference),
    )


def _managed(reference: str) -> families.FamilyView:
    """The family, if it is of a hub that the actor manages."""
    found = families.family(db.session, reference)
    if not may_manage(actor(), found.hub_id):
        raise NotVisible
    return found
