"""One person: what is known of them, and changing it."""

from collections.abc import Callable
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries, services
from keywork.families.forms import FACTS_FORMS, OtherNameForm, RemoveNameForm, VersionedForm
from keywork.families.views.blueprint import READERS, WRITERS, blueprint
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/families/<reference>/people/<uuid:member>")
@allow(*READERS)
def person(reference: str, member: UUID) -> ResponseReturnValue:
    """Everything that is known of somebody in the family."""
    family = queries.family(db.session, reference)
    shown = queries.person(db.session, family, member)
    return render_template(
        "families/person.html",
        family=family,
        shown=shown,
        member=shown.member,
        relations=queries.relations(db.session, family, shown.member.person_id, clock.today()),
        places=queries.places(db.session, family, shown.member, clock.today()),
        same_as=queries.same_as(db.session, shown.member.person_id),
        merges=queries.merges_of(db.session, shown.member.person_id),
        may_write=actor().has(*WRITERS),
    )


@blueprint.route(
    "/families/<reference>/people/<uuid:member>/change/<section>", methods=["GET", "POST"]
)
@allow(*WRITERS)
def change_person(reference: str, member: UUID, section: str) -> ResponseReturnValue:
    """Change one part of what is known of somebody."""
    family = queries.family(db.session, reference)
    shown = queries.person(db.session, family, member)
    if section not in FACTS_FORMS:
        raise NotVisible
    form = FACTS_FORMS[section](shown)

    def act() -> None:
        services.change_person(
            db.session, actor(), family, member, form.facts(), version=form.seen_version()
        )

    return short_form(family, shown, form, act, form.title)


@blueprint.route("/families/<reference>/people/<uuid:member>/names/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_name(reference: str, member: UUID) -> ResponseReturnValue:
    """Record another name somebody has, or had."""
    family = queries.family(db.session, reference)
    shown = queries.person(db.session, family, member)
    form = OtherNameForm(data={"version": shown.version})

    def act() -> None:
        services.add_other_name(
            db.session,
            actor(),
            family,
            member,
            name=(form.given_name.data, form.family_name.data),
            kind=form.kind.data,
            version=form.seen_version(),
        )

    return short_form(family, shown, form, act, "Add another name")


@blueprint.route("/families/<reference>/people/<uuid:member>/names/remove", methods=["GET", "POST"])
@allow(*WRITERS)
def remove_name(reference: str, member: UUID) -> ResponseReturnValue:
    """Take away another name that was never theirs."""
    family = queries.family(db.session, reference)
    shown = queries.person(db.session, family, member)
    form = RemoveNameForm(shown)

    def act() -> None:
        services.remove_other_name(
            db.session, family, member, form.chosen(), version=form.seen_version()
        )

    return short_form(family, shown, form, act, "Remove a name", button="Remove")


def short_form(
    family: queries.FamilyView,
    shown: queries.PersonView,
    form: VersionedForm,
    act: Callable[[], object],
    title: str,
    *,
    button: str = "Save",
) -> ResponseReturnValue:
    """The page of one form about somebody; what it says leads back to the person.

    `act` may return the uid of another place in the family to go to.
    """
    back = url_for(".person", reference=family.reference, member=shown.member.uid)

    def go() -> str:
        place = act()
        if isinstance(place, UUID):
            return url_for(".person", reference=family.reference, member=place)
        return back

    if form.validate_on_submit():
        if done := submit_once(form, go):
            return done
        form.show_version(shown)
    return render_template(
        "families/person_form.html",
        family=family,
        shown=shown,
        form=form,
        title=title,
        button=button,
        back=back,
    )
