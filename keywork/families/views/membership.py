"""Coming into a family, leaving it, coming back, being born into it."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries, services
from keywork.families.forms import AddPersonForm, BornForm, LeaveForm, RoleForm
from keywork.families.policy import NewPerson
from keywork.families.views.blueprint import WRITERS, blueprint
from keywork.families.views.person import short_form
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.route("/families/<reference>/people/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_person(reference: str) -> ResponseReturnValue:
    """Put somebody into the family, after a look at whom we know already."""
    family = queries.family(db.session, reference)
    form = AddPersonForm(_may_be)

    def act() -> str:
        new, same_as = form.person(), form.same_as()
        member = services.add_person(db.session, actor(), family, new, same_as)
        return url_for(".person", reference=reference, member=member)

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    back = url_for(".people", reference=reference)
    return render_template("families/add_person.html", family=family, form=form, back=back)


@blueprint.route("/families/<reference>/people/<uuid:member>/role", methods=["GET", "POST"])
@allow(*WRITERS)
def change_role(reference: str, member: UUID) -> ResponseReturnValue:
    """Somebody is something else in the family."""
    family = queries.family(db.session, reference)
    shown = queries.person(db.session, family, member)
    form = RoleForm(shown)

    def act() -> None:
        assert form.on.data is not None
        services.change_role(
            db.session,
            actor(),
            family,
            member,
            role=form.role.data,
            on=form.on.data,
            version=form.seen_version(),
        )

    return short_form(family, shown, form, act, "Change role in the family")


@blueprint.route("/families/<reference>/people/<uuid:member>/end", methods=["GET", "POST"])
@allow(*WRITERS)
def end_member(reference: str, member: UUID) -> ResponseReturnValue:
    """Somebody is no longer in the family."""
    family = queries.family(db.session, reference)
    shown = queries.person(db.session, family, member)
    form = LeaveForm(shown)

    def act() -> None:
        assert form.on.data is not None
        services.end_member(
            db.session,
            family,
            member,
            on=form.on.data,
            reason=form.reason.data,
            version=form.seen_version(),
        )

    return short_form(family, shown, form, act, "No longer in the family")


@blueprint.route("/families/<reference>/people/<uuid:member>/back", methods=["GET", "POST"])
@allow(*WRITERS)
def bring_back(reference: str, member: UUID) -> ResponseReturnValue:
    """Somebody who left is in the family again."""
    family = queries.family(db.session, reference)
    shown = queries.person(db.session, family, member)
    form = RoleForm(shown)

    def act() -> UUID:
        assert form.on.data is not None
        return services.bring_back(
            db.session,
            family,
            member,
            role=form.role.data,
            on=form.on.data,
            version=form.seen_version(),
        )

    return short_form(family, shown, form, act, "Back in the family")


@blueprint.route("/families/<reference>/people/<uuid:member>/born", methods=["GET", "POST"])
@allow(*WRITERS)
def record_birth(reference: str, member: UUID) -> ResponseReturnValue:
    """An unborn child is born."""
    family = queries.family(db.session, reference)
    shown = queries.person(db.session, family, member)
    form = BornForm(shown)

    def act() -> None:
        services.record_birth(db.session, family, member, form.facts(), version=form.seen_version())

    return short_form(family, shown, form, act, "Record the birth")


def _may_be(new: NewPerson) -> list[queries.Candidate]:
    """Whom we hold that may be this person, as far as whoever asks is to be told of them."""
    found = queries.candidates(db.session, new)
    hidden = any(known.held_elsewhere for known in found)
    if hidden and queries.is_barred_person(
        db.session, new.nhs_number, new.date_of_birth, [new.name_key]
    ):
        return [known for known in found if not known.held_elsewhere]
    return found
