"""Pages of the plan, and of a visit written up with the plan in hand."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries as families
from keywork.families.forms import version_of
from keywork.families.kinds import kind_name
from keywork.plans import queries, services
from keywork.plans.domains import SEVERITIES
from keywork.plans.forms import (
    ActionForm,
    DoneForm,
    GoalForm,
    NeedForm,
    ScoreForm,
    SeverityForm,
    visit_form,
)
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once

READERS = ("key_worker", "specialist", "hub_manager", "health_visitor")
"""Who may read the plan of a family they work with."""

WRITERS = ("key_worker", "specialist", "hub_manager")

blueprint = Blueprint("plans", __name__, url_prefix="/families/<reference>")


@blueprint.get("/plan")
@allow(*READERS)
def show(reference: str) -> ResponseReturnValue:
    """Needs in a grid, goals with their actions."""
    family = families.family(db.session, reference)
    plan = queries.plan(db.session, family.ids)
    return render_template(
        "plans/plan.html", family=family, plan=plan, may_write=actor().has(*WRITERS)
    )


@blueprint.route("/plan/needs/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_need(reference: str) -> ResponseReturnValue:
    """Put a need into the plan."""
    family = families.family(db.session, reference)
    form = NeedForm(family, actor().staff_id)
    address = url_for(".show", reference=reference)

    def act() -> str:
        domain, type_ = form.domain_and_type()
        services.add_need(
            db.session,
            actor(),
            family.id,
            member_id=form.member.data,
            domain=domain,
            type_=type_,
            severity=form.severity.data,
            words=form.words.data,
            protected=form.readers.data == "named",
            named_staff=form.named_staff.data,
            named_members=form.named_members.data,
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("plans/need_new.html", family=family, form=form, back=address)


@blueprint.route("/plan/needs/<uuid:uid>", methods=["GET", "POST"])
@allow(*WRITERS)
def set_severity(reference: str, uid: UUID) -> ResponseReturnValue:
    """How severe a need has been, and is now."""
    family = families.family(db.session, reference)
    need = queries.need(db.session, family.ids, uid)
    form = SeverityForm(data={"version": len(need.severities)})
    address = url_for(".show", reference=reference)

    def act() -> str:
        services.set_severity(
            db.session,
            actor(),
            family.id,
            uid,
            form.severity.data,
            version=version_of(form.version),
            words=form.words.data,
        )
        return address

    if form.validate_on_submit():
        if done := submit_once(form, act):
            return done
        form.version.text = str(len(need.severities))
    return render_template(
        "plans/need.html",
        family=family,
        need=need,
        severities=SEVERITIES,
        form=form,
        back=address,
    )


@blueprint.route("/plan/goals/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_goal(reference: str) -> ResponseReturnValue:
    """Put a goal into the plan, which must have a need for it to answer to."""
    family = families.family(db.session, reference)
    needs = queries.needs(db.session, family.ids)
    address = url_for(".show", reference=reference)
    if not needs:
        return redirect(address, 303)
    form = GoalForm(needs)

    def act() -> str:
        assert form.baseline.data is not None
        services.add_goal(
            db.session,
            actor(),
            family.id,
            words=form.words.data,
            baseline=form.baseline.data,
            need_uids=form.needs.data,
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("plans/goal_new.html", family=family, form=form, back=address)


@blueprint.route("/plan/goals/<uuid:uid>", methods=["GET", "POST"])
@allow(*WRITERS)
def score_goal(reference: str, uid: UUID) -> ResponseReturnValue:
    """How a goal has been scored, and where it stands now."""
    family = families.family(db.session, reference)
    goal = queries.goal(db.session, family.ids, uid)
    form = ScoreForm(data={"version": len(goal.scores)})
    address = url_for(".show", reference=reference)

    def act() -> str:
        assert form.score.data is not None
        services.score_goal(
            db.session,
            actor(),
            family.id,
            uid,
            form.score.data,
            version=version_of(form.version),
            words=form.words.data,
        )
        return address

    if form.validate_on_submit():
        if done := submit_once(form, act):
            return done
        form.version.text = str(len(goal.scores))
    return render_template("plans/goal.html", family=family, goal=goal, form=form, back=address)


@blueprint.route("/plan/goals/<uuid:uid>/actions/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_action(reference: str, uid: UUID) -> ResponseReturnValue:
    """Put an action towards a goal into the plan."""
    family = families.family(db.session, reference)
    goal = queries.goal(db.session, family.ids, uid)
    form = ActionForm(family, goal)
    address = url_for(".show", reference=reference)

    def act() -> str:
        assert form.due_on.data is not None
        services.add_action(
            db.session,
            actor(),
            family.id,
            uid,
            words=form.words.data,
            owner=form.chosen_owner(),
            due_on=form.due_on.data,
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "plans/action_new.html", family=family, goal=goal, form=form, back=address
    )


@blueprint.route("/plan/actions/<uuid:uid>/done", methods=["GET", "POST"])
@allow(*WRITERS)
def complete_action(reference: str, uid: UUID) -> ResponseReturnValue:
    """Say that an action is done."""
    family = families.family(db.session, reference)
    action = queries.action(db.session, family.ids, uid)
    form = DoneForm()
    address = url_for(".show", reference=reference)

    def act() -> str:
        services.complete_action(db.session, actor(), family.id, uid, form.words.data)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "plans/action_done.html", family=family, action=action, form=form, back=address
    )


@blueprint.route("/visits/new", methods=["GET", "POST"])
@allow(*WRITERS)
def record_visit(reference: str) -> ResponseReturnValue:
    """Write one visit up for everybody it concerned, and what of the plan it was about."""
    family = families.family(db.session, reference)
    plan = queries.plan(db.session, family.ids)
    form = visit_form(family, plan, actor().staff_id)
    address = url_for("families.chronology", reference=reference)

    def act() -> str:
        services.record_visit(db.session, actor(), family, form.notes(), form.towards())
        return address

    if form.validate_on_submit():
        said = f"The {kind_name(form.kind.data).lower()} is in the chronology."
        if done := submit_once(form, act, said=said):
            return done
        form.show_versions(plan)
    return render_template("plans/record_visit.html", family=family, form=form, back=address)
