"""Who works here."""

from collections.abc import Callable
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import queries, services
from keywork.accounts.forms.people import (
    ConfirmForm,
    EndPostForm,
    NewPersonForm,
    NewPostForm,
    PostForm,
)
from keywork.accounts.guard import actor
from keywork.accounts.models import Role
from keywork.accounts.policy import GIVEN_BY_MANAGERS, ROLE_NAMES
from keywork.accounts.views.blueprint import blueprint
from keywork.kernel.errors import NotVisible
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once

RUNS = ("hub_manager", "service_lead")
"""Who looks after the accounts of others."""


@blueprint.get("/staff")
@allow(*RUNS)
def people() -> ResponseReturnValue:
    """Who works here; `?left=yes` shows who has left."""
    left = request.args.get("left") == "yes"
    found = queries.people(db.session, actor(), left=left)
    return render_template("accounts/people.html", people=found, left=left)


@blueprint.route("/staff/new", methods=["GET", "POST"])
@allow(*RUNS)
def add_person() -> ResponseReturnValue:
    """Add somebody, who is invited by e-mail."""
    form = NewPersonForm(*_to_give())

    def act() -> str:
        uid = services.add_person(
            db.session,
            actor(),
            name=form.name.data,
            email=form.email.data,
            role=form.role.data,
            hub_id=form.hub.data,
        )
        return url_for(".person", uid=uid)

    said = "They have been sent an email to set their password."
    if form.validate_on_submit() and (done := submit_once(form, act, said=said)):
        return done
    return render_template("accounts/person_new.html", form=form, back=url_for(".people"))


@blueprint.get("/staff/<uuid:uid>")
@allow(*RUNS)
def person(uid: UUID) -> ResponseReturnValue:
    """One colleague: posts, and how they sign in."""
    found = queries.person(db.session, actor(), uid)
    back = url_for(".people", left=None if found.active else "yes")
    return render_template("accounts/person.html", colleague=found, back=back)


@blueprint.route("/staff/<uuid:uid>/posts/new", methods=["GET", "POST"])
@allow(*RUNS)
def give_post(uid: UUID) -> ResponseReturnValue:
    """Let a colleague do something more here."""
    found = _colleague(uid)
    form = NewPostForm(*_to_give())
    address = url_for(".person", uid=uid)

    def act() -> str:
        assert form.first.data is not None
        services.give_post(
            db.session,
            actor(),
            uid,
            role=form.role.data,
            hub_id=form.hub.data,
            first=form.first.data,
            last=form.last.data,
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("accounts/post_new.html", colleague=found, form=form, back=address)


@blueprint.route("/staff/<uuid:uid>/posts/<uuid:post_uid>/end", methods=["GET", "POST"])
@allow(*RUNS)
def end_post(uid: UUID, post_uid: UUID) -> ResponseReturnValue:
    """Have a colleague do something no more."""
    found = _colleague(uid)
    post = next((post for post in found.posts if post.uid == post_uid and post.may_end), None)
    if post is None:
        raise NotVisible
    form = EndPostForm()
    address = url_for(".person", uid=uid)

    def act() -> str:
        services.end_post(db.session, actor(), uid, post_uid, form.last.data)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "accounts/post_end.html", colleague=found, post=post, form=form, back=address
    )


@blueprint.route("/staff/<uuid:uid>/left", methods=["GET", "POST"])
@allow(*RUNS)
def mark_left(uid: UUID) -> ResponseReturnValue:
    """Somebody works here no more: everything of theirs ends at once."""
    return _confirmed(
        uid,
        services.mark_left,
        "accounts/person_left.html",
        "Their access has ended. The families they were key worker for are on My day.",
    )


@blueprint.route("/staff/<uuid:uid>/second-factor", methods=["GET", "POST"])
@allow(*RUNS)
def reset_second_factor(uid: UUID) -> ResponseReturnValue:
    """Let somebody who has lost their phone set up another."""
    return _confirmed(
        uid,
        services.reset_colleagues_factor,
        "accounts/person_factor.html",
        "They can set up a second step again. They have been told by email.",
    )


@blueprint.route("/staff/<uuid:uid>/sessions/end", methods=["GET", "POST"])
@allow(*RUNS)
def end_sessions(uid: UUID) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    return _confirmed(
        uid,
        services.end_colleagues_sessions,
        "accounts/person_sessions.html",
        "They are signed out everywhere.",
    )


@blueprint.route("/staff/<uuid:uid>/back", methods=["GET", "POST"])
@allow(*RUNS)
def bring_back(uid: UUID) -> ResponseReturnValue:
    """Let somebody who left work here again."""
    found = _changeable(uid)
    form = PostForm(*_to_give())
    address = url_for(".person", uid=uid)

    def act() -> str:
        services.bring_back(db.session, actor(), uid, role=form.role.data, hub_id=form.hub.data)
        return address

    said = "They have been sent an email to set a new password."
    if form.validate_on_submit() and (done := submit_once(form, act, said=said)):
        return done
    return render_template("accounts/person_back.html", colleague=found, form=form, back=address)


def _confirmed(
    uid: UUID, service: Callable[..., None], template: str, said: str
) -> ResponseReturnValue:
    """A page with one button, for what is done to a colleague's account."""
    found = _changeable(uid)
    form = ConfirmForm()
    address = url_for(".person", uid=uid)

    def act() -> str:
        service(db.session, actor(), uid)
        return address

    if form.validate_on_submit() and (done := submit_once(form, act, said=said)):
        return done
    return render_template(template, colleague=found, form=form, back=address)


def _colleague(uid: UUID) -> queries.PersonView:
    """Somebody whose posts may be the actor's to give: not the actor."""
    found = queries.person(db.session, actor(), uid)
    if found.id == actor().staff_id:
        raise NotVisible
    return found


def _changeable(uid: UUID) -> queries.PersonView:
    """Somebody whose account is the actor's to change."""
    found = queries.person(db.session, actor(), uid)
    if not found.may_change:
        raise NotVisible
    return found


def _to_give() -> tuple[list[str], list[queries.HubView]]:
    """The roles and hubs that the actor may give."""
    who, hubs = actor(), queries.hubs(db.session)
    if who.has(Role.SERVICE_LEAD):
        return list(ROLE_NAMES), hubs
    return list(GIVEN_BY_MANAGERS), [hub for hub in hubs if hub.id in who.managed_hub_ids]
