"""The life of a record: when it was open, opening it again, splitting it, parting joined ones."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import policy, queries, services
from keywork.families.forms import ReopenForm, SplitForm, UndoJoinForm
from keywork.families.views.blueprint import READERS, blueprint
from keywork.families.views.team import key_workers, managed
from keywork.kernel.errors import NotVisible
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import sent_before, submit_once


@blueprint.get("/families/<reference>/record")
@allow(*READERS)
def record(reference: str) -> ResponseReturnValue:
    """When the record was open, and what it was joined to or split from."""
    family = queries.family(db.session, reference)
    return render_template(
        "families/record.html",
        family=family,
        record=queries.record(db.session, family),
        key_workers=queries.key_worker_history(db.session, family).sentence,
        may_manage=policy.may_manage(actor(), family.hub_id),
    )


@blueprint.route("/families/<reference>/reopen", methods=["GET", "POST"])
@allow("hub_manager")
def reopen(reference: str) -> ResponseReturnValue:
    """Help a family again."""
    family = managed(reference)
    people, counts = key_workers(family)
    form = ReopenForm(people, counts)
    address = url_for(".team", reference=reference)

    def act() -> str:
        services.reopen_family(
            db.session,
            actor(),
            family.id,
            reason=form.reason.data,
            words=form.words.data,
            key_worker_id=form.key_worker.data,
        )
        return address

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="The record is open again.")
    ):
        return done
    return render_template(
        "families/reopen.html",
        family=family,
        form=form,
        back=url_for(".record", reference=reference),
    )


@blueprint.route("/families/<reference>/split", methods=["GET", "POST"])
@allow("hub_manager")
def split(reference: str) -> ResponseReturnValue:
    """Put some of the family into a record of their own."""
    family = managed(reference)
    people, counts = key_workers(family)
    form = SplitForm(family, people, counts)
    if done := sent_before(form):
        return done

    def act() -> str:
        new = services.split_family(db.session, actor(), family, form.split())
        return url_for(".people", reference=new.reference)

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="This is the new record. Nothing was copied into it.")
    ):
        return done
    return render_template(
        "families/split.html",
        family=family,
        form=form,
        back=url_for(".record", reference=reference),
    )


@blueprint.route("/families/<reference>/joined/<uuid:uid>/undo", methods=["GET", "POST"])
@allow("hub_manager")
def undo_join(reference: str, uid: UUID) -> ResponseReturnValue:
    """Part a record again from one that was joined to it."""
    family = managed(reference)
    join = next((join for join in queries.joins(db.session, family.id) if join.uid == uid), None)
    form = UndoJoinForm()

    def act() -> str:
        services.undo_join(db.session, actor(), uid, form.words.data)
        return url_for(".record", reference=reference)

    if form.validate_on_submit() and (
        done := submit_once(form, act, said="They are two records again.")
    ):
        return done
    if join is None and not form.errors:
        raise NotVisible
    return render_template(
        "families/undo_join.html",
        family=family,
        join=join,
        form=form,
        back=url_for(".record", reference=reference),
    )
