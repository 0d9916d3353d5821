"""How members are related."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries, services
from keywork.families.forms import (
    AddRelationshipForm,
    ChangeRelationshipForm,
    RemoveRelationshipForm,
)
from keywork.families.views.blueprint import WRITERS, blueprint
from keywork.kernel.errors import NotVisible
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.route(
    "/families/<reference>/people/<uuid:member>/relationships/new", methods=["GET", "POST"]
)
@allow(*WRITERS)
def add_relationship(reference: str, member: UUID) -> ResponseReturnValue:
    """Say what somebody else in the family is to this person."""
    family = queries.family(db.session, reference)
    people = queries.everyone(db.session, family)
    person = queries.person(db.session, family, member).member
    others = [other for other in people if other.person_id != person.person_id]
    form = AddRelationshipForm(person, others)
    address = url_for(".person", reference=reference, member=member)

    def act() -> str:
        services.add_relationship(db.session, actor(), family, **form.values())
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "families/add_relationship.html", family=family, form=form, person=person, back=address
    )


@blueprint.route("/families/<reference>/relationships/<uuid:uid>", methods=["GET", "POST"])
@allow(*WRITERS)
def change_relationship(reference: str, uid: UUID) -> ResponseReturnValue:
    """Say how a relationship stands now."""
    family = queries.family(db.session, reference)
    shown = _shown(family, uid)
    form = ChangeRelationshipForm(shown)
    address = _page_it_was_on(reference, shown)

    def act() -> str:
        services.change_relationship(
            db.session, actor(), family, uid, form.facts(), version=form.seen_version()
        )
        return address

    if form.validate_on_submit():
        if done := submit_once(form, act):
            return done
        form.show_version(shown)
    return render_template(
        "families/change_relationship.html", family=family, form=form, shown=shown, back=address
    )


@blueprint.route("/families/<reference>/relationships/<uuid:uid>/remove", methods=["GET", "POST"])
@allow(*WRITERS)
def remove_relationship(reference: str, uid: UUID) -> ResponseReturnValue:
    """Say that a relationship was recorded by mistake."""
    family = queries.family(db.session, reference)
    shown = _shown(family, uid)
    form = RemoveRelationshipForm(shown)
    address = _page_it_was_on(reference, shown)

    def act() -> str:
        services.remove_relationship(db.session, actor(), family, uid, version=form.seen_version())
        return address

    if form.validate_on_submit():
        if done := submit_once(form, act):
            return done
        form.show_version(shown)
    return render_template(
        "families/remove_relationship.html", family=family, form=form, shown=shown, back=address
    )


def _page_it_was_on(reference: str, shown: queries.RelationshipView) -> str:
    """The page of the person from whose side it was looked at: `?of=` one of the two."""
    first = request.args.get("of", type=UUID) == shown.first.uid
    member = shown.first if first else shown.second
    return url_for(".person", reference=reference, member=member.uid)


def _shown(family: queries.FamilyView, uid: UUID) -> queries.RelationshipView:
    """The relationship; one that is removed is there only to answer what is sent too late."""
    shown = queries.relationship(db.session, family, uid)
    if shown.removed_by and request.method == "GET":
        raise NotVisible
    return shown
