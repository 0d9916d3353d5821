"""The team around the family."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import queries as accounts
from keywork.accounts.guard import actor
from keywork.families import policy, queries, services
from keywork.families.forms import (
    KeyWorkerForm,
    PractitionerForm,
    ProfessionalEndForm,
    ProfessionalForm,
    ReasonForm,
)
from keywork.families.views.blueprint import READERS, WRITERS, blueprint
from keywork.kernel.errors import NotVisible
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import sent_before, submit_once


@blueprint.get("/families/<reference>/team")
@allow(*READERS)
def team(reference: str) -> ResponseReturnValue:
    """Who works with the family, in the council and outside, and who did."""
    family = queries.family(db.session, reference)
    manages = policy.may_manage(actor(), family.hub_id)
    return render_template(
        "families/team.html",
        family=family,
        network=queries.network(db.session, family),
        may_write=actor().has(*WRITERS),
        may_change=_may_change(family) and family.closed_on is None,
        may_manage=manages and family.closed_on is None,
        manages=manages,
        taken_over=accounts.readings(db.session, family.ids) if manages else [],
    )


@blueprint.route("/families/<reference>/team/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_practitioner(reference: str) -> ResponseReturnValue:
    """Take somebody of the hub into the team."""
    family = _changeable(reference)
    there = {worker.staff_id for worker in family.team}
    there |= set(queries.barred_staff(db.session, family.id))
    people = accounts.staff_at(db.session, family.hub_id, *services.PRACTITIONERS)
    form = PractitionerForm([person for person in people if person.id not in there])
    address = url_for(".team", reference=reference)
    if done := sent_before(form):
        return done

    def act() -> str:
        services.add_practitioner(db.session, actor(), family, form.staff.data, form.role.data)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("families/team_add.html", family=family, form=form, back=address)


@blueprint.route("/families/<reference>/team/<uuid:uid>/end", methods=["GET", "POST"])
@allow(*WRITERS)
def end_place(reference: str, uid: UUID) -> ResponseReturnValue:
    """Close the record to a practitioner."""
    family = _changeable(reference)
    worker = next((place for place in family.team if place.uid == uid), None)
    form = ReasonForm()
    address = url_for(".team", reference=reference)

    def act() -> str:
        services.end_place(db.session, actor(), family, uid, form.reason.data)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    if worker is None and not form.errors:
        raise NotVisible
    return render_template(
        "families/team_end.html", family=family, worker=worker, form=form, back=address
    )


@blueprint.route("/families/<reference>/team/key-worker", methods=["GET", "POST"])
@allow("hub_manager")
def change_key_worker(reference: str) -> ResponseReturnValue:
    """Give the family another key worker."""
    family = managed(reference)
    people, counts = key_workers(family)
    now = family.key_worker or (0, "")
    form = KeyWorkerForm(now, [person for person in people if person.id != now[0]], counts)
    address = url_for(".team", reference=reference)
    if done := sent_before(form):
        return done

    def act() -> str:
        services.change_key_worker(
            db.session,
            actor(),
            family,
            form.key_worker.data,
            form.reason.data,
            seen=form.seen_version(),
            reads=bool(form.reads and form.reads.data),
        )
        return address

    if form.validate_on_submit():
        if done := submit_once(form, act, said="The key worker has changed."):
            return done
        form.version.text = str(now[0])
    return render_template("families/key_worker.html", family=family, form=form, back=address)


@blueprint.route("/families/<reference>/team/professionals/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_professional(reference: str) -> ResponseReturnValue:
    """Name somebody outside who works with the family."""
    family = queries.family(db.session, reference)
    form = ProfessionalForm(family, actor().staff_id)
    address = url_for(".team", reference=reference)

    def act() -> str:
        services.add_professional(
            db.session,
            actor(),
            family.id,
            form.professional(),
            protected=form.readers.data == "named",
            named_staff=form.named_staff.data,
            named_members=form.named_members.data,
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("families/professional_add.html", family=family, form=form, back=address)


@blueprint.route("/families/<reference>/team/professionals/<uuid:uid>/end", methods=["GET", "POST"])
@allow(*WRITERS)
def end_professional(reference: str, uid: UUID) -> ResponseReturnValue:
    """Say that a professional works with the family no more."""
    family = queries.family(db.session, reference)
    professional = queries.professional(db.session, family.ids, uid)
    form = ProfessionalEndForm()
    address = url_for(".team", reference=reference)

    def act() -> str:
        assert form.on.data is not None
        services.end_professional(
            db.session, actor(), family.ids, uid, on=form.on.data, reason=form.reason.data
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "families/professional_end.html",
        family=family,
        professional=professional,
        form=form,
        back=address,
    )


def key_workers(
    family: queries.FamilyView,
) -> tuple[list[accounts.StaffView], dict[int, int]]:
    """The key workers of the hub who may work with a family, and how many families each has."""
    barred = queries.barred_staff(db.session, family.id)
    people = accounts.staff_at(db.session, family.hub_id, "key_worker")
    offered = [person for person in people if person.id not in barred]
    return offered, queries.caseload_counts(db.session, [person.id for person in offered])


def _may_change(family: queries.FamilyView) -> bool:
    key_worker = family.key_worker[0] if family.key_worker else None
    return policy.may_change_team(actor(), family.hub_id, key_worker)


def _changeable(reference: str) -> queries.FamilyView:
    """The family, if its team is the actor's to change."""
    family = queries.family(db.session, reference)
    if not _may_change(family):
        raise NotVisible
    return family


def managed(reference: str) -> queries.FamilyView:
    """The family, if it is of a hub that the actor manages."""
    family = queries.family(db.session, reference)
    if not policy.may_manage(actor(), family.hub_id):
        raise NotVisible
    return family
