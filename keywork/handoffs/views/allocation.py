"""The hub manager's queue, and allocating one handoff."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import queries as accounts
from keywork.accounts.guard import actor
from keywork.families import queries as families
from keywork.handoffs import policy, queries, services
from keywork.handoffs.forms import AllocateForm, not_here
from keywork.handoffs.views.blueprint import blueprint
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.kernel.errors import NotVisible
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/allocation")
@allow("hub_manager")
def waiting() -> ResponseReturnValue:
    """What is waiting to be allocated, and what waits for a key worker's answer."""
    hubs = actor().managed_hub_ids
    return render_template(
        "handoffs/waiting.html",
        waiting=queries.waiting(db.session, hubs),
        unanswered=queries.unanswered(db.session, hubs),
    )


@blueprint.route("/allocation/<reference>", methods=["GET", "POST"])
@allow("hub_manager")
def allocate(reference: str) -> ResponseReturnValue:
    """All that was sent, who has room, and the families these people are in already."""
    view = queries.handoff(db.session, reference)
    if not policy.may_allocate(actor(), view.hub_id):
        raise NotVisible
    barred = families.barred_staff(db.session, view.family_id) if view.family_id else []
    staff = accounts.staff_at(db.session, view.hub_id, "key_worker")
    staff = [person for person in staff if person.id not in barred]
    counts = families.caseload_counts(db.session, [person.id for person in staff])
    matches = families.find_existing(db.session, None, view.persons)
    here = [match for match in matches if match.hub_id == view.hub_id]
    exact = {match.family_id for match in here}
    likely = families.likely_existing(db.session, view.hub_id, view.persons)
    here += [match for match in likely if match.family_id not in exact]
    settled = view.family_id is not None
    current = view.key_worker_id if view.stage == "allocated" else None
    form = AllocateForm(view.version, staff, counts, None if settled else here, current)

    def act() -> str:
        services.allocate(
            db.session,
            actor(),
            reference,
            version=form.seen_version(),
            key_worker_id=form.key_worker.data,
            family_reference=form.family_reference(),
            reads=bool(form.reads and form.reads.data),
        )
        return url_for(".waiting")

    if form.validate_on_submit() and (
        done := submit_once(form, act, said=f"{reference} is waiting for its key worker's answer.")
    ):
        return done
    if view.stage not in (*policy.WAITING, "allocated") and not form.errors:
        return redirect(url_for(".show", reference=reference), 303)
    hubs = {hub.id: hub.name for hub in accounts.hubs(db.session)}
    elsewhere = [] if settled else not_here(matches, view.hub_id)
    hidden = not settled and any(families.are_held_elsewhere(db.session, view.persons))
    page = render_template(
        "handoffs/allocate.html",
        form=form,
        handoff=view,
        consent=policy.CONSENT,
        elsewhere=[(match, hubs[match.hub_id]) for match in elsewhere],
        held_elsewhere=families.HELD_ELSEWHERE if hidden else "",
    )
    if not form.is_submitted():
        with transaction(db.session):
            audit.record(db.session, "handoff.read", reference, family_id=view.family_id)
    return page
