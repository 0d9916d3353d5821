"""What became of a handoff: the author's tracker, and the key worker's answer."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries as families
from keywork.handoffs import policy, queries, services
from keywork.handoffs.forms import AcceptForm, GiveBackForm, HandOverForm
from keywork.handoffs.views.blueprint import blueprint
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/handoffs")
@allow("health_visitor", "key_worker")
def mine() -> ResponseReturnValue:
    """What a health visitor has sent, and what a key worker has to answer."""
    me = actor()
    sends = me.has("health_visitor")
    return render_template(
        "handoffs/mine.html",
        sends=sends,
        stages=policy.STAGES,
        answers=me.has("key_worker"),
        drafts=queries.drafts(db.session, me.staff_id) if sends else [],
        sent=queries.sent_by(db.session, me.staff_id) if sends else [],
        unanswered=queries.for_key_worker(db.session, me.staff_id, "allocated"),
        accepted=queries.for_key_worker(db.session, me.staff_id, "accepted", "handed_over"),
    )


@blueprint.get("/handoffs/<reference>")
@allow("health_visitor", "key_worker", "hub_manager")
def show(reference: str) -> ResponseReturnValue:
    """The tracker for its author; all that was sent for those who work on it."""
    view = queries.handoff(db.session, reference)
    page = _page(view, AcceptForm(data={"version": view.version}))
    with transaction(db.session):
        audit.record(db.session, "handoff.read", reference, family_id=view.family_id)
    return page


@blueprint.post("/handoffs/<reference>/accept")
@allow("key_worker")
def accept(reference: str) -> ResponseReturnValue:
    """Take the family on."""
    view = queries.handoff(db.session, reference)
    form = AcceptForm()

    def act() -> str:
        services.accept(db.session, actor(), reference, version=form.seen_version())
        return url_for(".show", reference=reference)

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="You are this family's key worker now.")
    ):
        return done
    return _page(queries.handoff(db.session, view.reference), form)


@blueprint.route("/handoffs/<reference>/return", methods=["GET", "POST"])
@allow("key_worker")
def give_back(reference: str) -> ResponseReturnValue:
    """Return it to the hub manager, with a reason."""
    view = queries.handoff(db.session, reference)
    form = GiveBackForm(data={"version": view.version})

    def act() -> str:
        services.give_back(
            db.session,
            actor(),
            reference,
            version=form.seen_version(),
            reason=form.reason.data,
        )
        return url_for(".mine")

    if form.validate_on_submit() and (
        done := submit_once(form, act, said=f"{reference} is back with the hub manager.")
    ):
        return done
    return render_template("handoffs/give_back.html", form=form, handoff=view)


@blueprint.route("/handoffs/<reference>/handed-over", methods=["GET", "POST"])
@allow("key_worker")
def hand_over(reference: str) -> ResponseReturnValue:
    """Tell the health visitor that the family is in hand, and what came of it."""
    view = queries.handoff(db.session, reference)
    form = HandOverForm(data={"version": view.version})

    def act() -> str:
        services.hand_over(
            db.session,
            actor(),
            reference,
            version=form.seen_version(),
            message=form.message.data,
        )
        return url_for(".show", reference=reference)

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="The health visitor can see this now.")
    ):
        return done
    return render_template("handoffs/hand_over.html", form=form, handoff=view)


def _page(view: queries.HandoffView, form: AcceptForm) -> str:
    """The page of one handoff, for whoever is looking."""
    me = actor()
    answers = policy.may_answer(me, view.key_worker_id)
    works_on_it = answers or policy.may_allocate(me, view.hub_id)
    if not works_on_it:
        outcome = view.latest("handed_over")
        return render_template(
            "handoffs/tracker.html",
            handoff=view,
            tracker=queries.tracker(db.session, view),
            outcome=outcome.note if outcome else "",
            consent=policy.CONSENT,
        )
    family = families.families_by_id(db.session, [view.family_id] if view.family_id else [])
    return render_template(
        "handoffs/show.html",
        handoff=view,
        family=next(iter(family.values()), None),
        consent=policy.CONSENT,
        stages=policy.STAGES,
        names=policy.STEPS,
        form=form,
        may_answer=answers and view.stage == "allocated",
        may_hand_over=answers and view.stage == "accepted",
        may_open=view.stage in ("accepted", "handed_over"),
        may_allocate=policy.may_allocate(me, view.hub_id)
        and view.stage in (*policy.WAITING, "allocated"),
        back=url_for(".mine" if answers else ".waiting"),
    )
