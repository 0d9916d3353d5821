"""Where members live and belong, and how each is reached."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries, services
from keywork.families.forms import AddressForm, AffiliationForm, ContactForm, EndForm
from keywork.families.models import Affiliation, ContactPoint, Residence
from keywork.families.views.blueprint import WRITERS, blueprint
from keywork.kernel.errors import NotVisible
from keywork.web.access import allow
from keywork.web.db import db
from keywork.web.submit import submit_once

TABLES: dict[str, type[queries.PlaceRow]] = {
    "addresses": Residence,
    "contacts": ContactPoint,
    "affiliations": Affiliation,
}


@blueprint.route("/families/<reference>/addresses/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_address(reference: str) -> ResponseReturnValue:
    """Say where members live: `?member=` one of them, `?like=` somebody's residence."""
    family = queries.family(db.session, reference)
    asked = request.args.get("member", type=UUID)
    like = request.args.get("like", type=UUID)
    homes = queries.residences(db.session, family.ids)
    form = AddressForm(
        family,
        actor().staff_id,
        next((member for member in family.members if member.uid == asked), None),
        next((home for home in homes if home.uid == like), None),
    )
    address = url_for(".people", reference=reference)

    def act() -> str:
        services.add_residence(db.session, actor(), family, **form.values())
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template("families/add_address.html", family=family, form=form, back=address)


@blueprint.route("/families/<reference>/people/<uuid:member>/contacts/new", methods=["GET", "POST"])
@allow(*WRITERS)
def add_contact(reference: str, member: UUID) -> ResponseReturnValue:
    """Record a telephone number or e-mail address."""
    family = queries.family(db.session, reference)
    return _contact(family, _current(family, uid=member), None)


@blueprint.route("/families/<reference>/contacts/<uuid:uid>", methods=["GET", "POST"])
@allow(*WRITERS)
def change_contact(reference: str, uid: UUID) -> ResponseReturnValue:
    """Change a number, or what is safe to do with it."""
    family = queries.family(db.session, reference)
    old = queries.place(db.session, family, ContactPoint, uid)
    assert isinstance(old, queries.ContactView)
    return _contact(family, _current(family, person_id=old.person_id), old)


def _contact(
    family: queries.FamilyView, person: queries.MemberView, old: queries.ContactView | None
) -> ResponseReturnValue:
    form = ContactForm(family, actor().staff_id, old)
    address = url_for(".person", reference=family.reference, member=person.uid)

    def act() -> str:
        services.add_contact(
            db.session,
            actor(),
            family,
            person,
            value=form.value.data,
            rule=form.rule(),
            readers=form.chosen_readers(),
            instead_of=old.uid if old else None,
        )
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "families/contact_point.html",
        family=family,
        form=form,
        person=person,
        old=old,
        back=address,
    )


@blueprint.route(
    "/families/<reference>/people/<uuid:member>/affiliations/new", methods=["GET", "POST"]
)
@allow(*WRITERS)
def add_affiliation(reference: str, member: UUID) -> ResponseReturnValue:
    """Record a school, GP practice or the like."""
    family = queries.family(db.session, reference)
    person = _current(family, uid=member)
    form = AffiliationForm(family, actor().staff_id)
    address = url_for(".person", reference=reference, member=member)

    def act() -> str:
        services.add_affiliation(db.session, actor(), family, person, **form.values())
        return address

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "families/add_affiliation.html", family=family, form=form, person=person, back=address
    )


@blueprint.route("/families/<reference>/<what>/<uuid:uid>/end", methods=["GET", "POST"])
@allow(*WRITERS)
def end_or_correct(reference: str, what: str, uid: UUID) -> ResponseReturnValue:
    """Say that something has ended, or never was so."""
    family = queries.family(db.session, reference)
    if what not in TABLES:
        raise NotVisible
    view = queries.place(db.session, family, TABLES[what], uid)
    together = [view]
    if isinstance(view, queries.ResidenceView):
        homes = queries.residences(db.session, family.ids)
        here = [h for h in homes if (h.place, h.until) == (view.place, view.until)]
        together = [view, *(home for home in here if home.person_id != view.person_id)]
    form = EndForm(view, together)
    address = url_for(".person", reference=reference, member=view.member_uid)

    def act() -> str:
        services.end_places(
            db.session,
            actor(),
            family,
            TABLES[what],
            form.uids(view),
            on=form.day(),
            had_ended=form.had_ended(),
        )
        return address

    if form.validate_on_submit():
        if done := submit_once(form, act):
            return done
        form.show_version(queries.place(db.session, family, TABLES[what], uid))
    return render_template(
        "families/end_or_correct.html", family=family, form=form, view=view, back=address
    )


def _current(family: queries.FamilyView, **known: object) -> queries.MemberView:
    """The member of the family today of whom this is true."""
    for member in family.members:
        if all(getattr(member, name) == value for name, value in known.items()):
            return member
    raise NotVisible
