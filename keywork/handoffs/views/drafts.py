"""Hand off a family: who, why, how to make contact, check and send."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import queries as accounts
from keywork.accounts.guard import actor
from keywork.handoffs import policy, queries, services
from keywork.handoffs.forms import ContactForm, PersonForm, RemoveForm, VersionedForm, WhyForm
from keywork.handoffs.views.blueprint import blueprint
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.fields import Form
from keywork.web.submit import submit_once


@blueprint.route("/handoffs/new", methods=["GET", "POST"])
@allow("health_visitor")
def new() -> ResponseReturnValue:
    """Begin with the first person: it is kept from here on."""
    form = PersonForm(data={"role": "child"})

    def act() -> str:
        return _next_address(services.start(db.session, actor(), form.person()))

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("handoffs/people.html", form=form, draft=None)


@blueprint.route("/handoffs/drafts/<uuid:uid>/people", methods=["GET", "POST"])
@allow("health_visitor")
def people(uid: UUID) -> ResponseReturnValue:
    """Who is in the family, and one more."""
    draft = queries.draft(db.session, uid)
    form = PersonForm()
    leaving = request.form.get("then") == "continue"
    if form.is_submitted() and leaving and form.is_blank:
        return redirect(url_for(".why", uid=uid), 303)

    def act() -> str:
        services.add_person(db.session, uid, form.person())
        return _next_address(uid)

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "handoffs/people.html",
        form=form,
        remove=RemoveForm(formdata=None),
        draft=draft,
        known=queries.known_keys(db.session, draft.people),
    )


@blueprint.post("/handoffs/drafts/<uuid:uid>/people/remove")
@allow("health_visitor")
def remove_person(uid: UUID) -> ResponseReturnValue:
    """Take somebody out again."""
    queries.draft(db.session, uid)
    form = RemoveForm()
    address = url_for(".people", uid=uid)

    def act() -> str:
        services.remove_person(db.session, uid, form.person.data)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return redirect(address, 303)


@blueprint.route("/handoffs/drafts/<uuid:uid>/why", methods=["GET", "POST"])
@allow("health_visitor")
def why(uid: UUID) -> ResponseReturnValue:
    """Why, by need domain, and what was tried."""
    draft = queries.draft(db.session, uid)
    form = WhyForm(draft.sections.get("why"))

    def act() -> str:
        services.save_section(db.session, uid, "why", form.values())
        return url_for(".contact", uid=uid)

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("handoffs/why.html", form=form, draft=draft)


@blueprint.route("/handoffs/drafts/<uuid:uid>/contact", methods=["GET", "POST"])
@allow("health_visitor")
def contact(uid: UUID) -> ResponseReturnValue:
    """How to make contact safely, consent, and the hub."""
    draft = queries.draft(db.session, uid)
    form = ContactForm(
        draft.sections.get("contact"),
        accounts.hubs(db.session),
        lambda postcode: accounts.hub_for_postcode(db.session, postcode),
    )

    def act() -> str:
        services.save_section(db.session, uid, "contact", form.values())
        return url_for(".check", uid=uid)

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("handoffs/contact.html", form=form, draft=draft)


@blueprint.route("/handoffs/drafts/<uuid:uid>/check", methods=["GET", "POST"])
@allow("health_visitor")
def check(uid: UUID) -> ResponseReturnValue:
    """Everything once more, then send."""
    sent = queries.sent_from(db.session, uid)
    if sent and request.method == "GET":
        return redirect(url_for(".show", reference=sent), 303)
    form = VersionedForm()

    def act() -> str:
        reference = services.send(db.session, actor(), uid, form.seen_version())
        return url_for(".show", reference=reference)

    if form.validate_on_submit() and (
        done := submit_once(
            form, act, said="Your handoff has been sent. You can follow it on this page."
        )
    ):
        return done
    draft = queries.draft(db.session, uid)
    form.version.text = str(draft.version)
    hub_id = draft.sections.get("contact", {}).get("hub_id")
    return render_template(
        "handoffs/check.html",
        form=form,
        draft=draft,
        hub_name=next((hub.name for hub in accounts.hubs(db.session) if hub.id == hub_id), ""),
        consent=policy.CONSENT,
        known=queries.known_keys(db.session, draft.people),
        problem=policy.unfinished(draft.persons, draft.sections),
    )


@blueprint.route("/handoffs/drafts/<uuid:uid>/delete", methods=["GET", "POST"])
@allow("health_visitor")
def delete(uid: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    form = Form()

    def act() -> str:
        services.discard(db.session, uid)
        return url_for(".mine")

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    draft = queries.draft(db.session, uid)
    return render_template("handoffs/delete.html", form=form, draft=draft)


def _next_address(uid: UUID) -> str:
    leaving = request.form.get("then") == "continue"
    return url_for(".why" if leaving else ".people", uid=uid)
