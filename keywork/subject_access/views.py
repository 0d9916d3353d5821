"""The information officers' pages of subject access."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.kernel import clock
from keywork.kernel.database import transaction
from keywork.kernel.files import path_of
from keywork.subject_access import forms, queries, services
from keywork.subject_access.policy import UNDER_WAY
from keywork.subject_access.queries import Gathered
from keywork.web import uploads
from keywork.web.access import allow, leaves
from keywork.web.db import db
from keywork.web.submit import sent_before, submit_once

OFFICER = "information_officer"

blueprint = Blueprint("subject_access", __name__, url_prefix="/subject-access")


@blueprint.get("")
@allow(OFFICER)
def index() -> ResponseReturnValue:
    """Every request, the soonest due first."""
    requests = queries.requests(db.session)
    return render_template("subject_access/index.html", requests=requests)


@blueprint.route("/find", methods=["GET", "POST"])
@allow(OFFICER)
def find() -> ResponseReturnValue:
    """Find the person a request is about. It posts: addresses are logged, and names are not."""
    form = forms.FindPersonForm()
    found = None
    if form.validate_on_submit() and (search := form.text.data):
        with transaction(db.session):
            services.note_search(db.session)
        found = queries.find(
            db.session,
            name=search.name,
            born=search.born,
            nhs=search.nhs_number,
            record=search.reference or "",
        )
    return render_template(
        "subject_access/find.html", form=form, found=found, back=url_for(".index")
    )


@blueprint.route("/new/<uuid:person>", methods=["GET", "POST"])
@allow(OFFICER)
def register(person: UUID) -> ResponseReturnValue:
    """Register a request about somebody, known by a place of theirs in a family."""
    found = queries.found(db.session, person)
    form = forms.RegisterForm()

    def act() -> str:
        reference = services.register(db.session, actor(), found, form.asked())
        return url_for(".show", reference=reference)

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "subject_access/register.html", form=form, found=found, back=url_for(".find")
    )


@blueprint.route("/<reference>", methods=["GET", "POST"])
@allow(OFFICER)
def show(reference: str) -> ResponseReturnValue:
    """One request: when it is due, what is to be decided; posting has the bundle made."""
    request = queries.request(db.session, reference)
    gathered = queries.gather(db.session, request) if request.is_open else Gathered([], [], [])
    form = forms.BundleForm()

    def act() -> str:
        services.ask_for_bundle(db.session, actor(), request, gathered, version=form.version.text)
        return url_for(".show", reference=reference)

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    form.version.text = gathered.digest.hex()
    return render_template(
        "subject_access/show.html",
        form=form,
        request_=request,
        gathered=gathered,
        fresh=request.bundle is not None and request.bundle.digest == gathered.digest,
        back=url_for(".index"),
    )


@blueprint.get("/<reference>/items")
@allow(OFFICER)
def items(reference: str) -> ResponseReturnValue:
    """Everything that is held about the person, and what becomes of each."""
    request = queries.request(db.session, reference)
    if not request.is_open:
        return redirect(url_for(".show", reference=reference), 303)
    return render_template(
        "subject_access/items.html",
        request_=request,
        gathered=queries.gather(db.session, request),
        back=url_for(".show", reference=reference),
    )


@blueprint.route("/<reference>/items/<uuid:key>", methods=["GET", "POST"])
@allow(OFFICER)
def item(reference: str, key: UUID) -> ResponseReturnValue:
    """One item and whom else it concerns; deciding on it leads to the next."""
    request = queries.request(db.session, reference)
    if not request.is_open:
        return redirect(url_for(".show", reference=reference), 303)
    gathered = queries.gather(db.session, request)
    found = gathered.item(key)
    form = forms.decide_form(found)

    def act() -> str:
        services.decide(
            db.session,
            actor(),
            request,
            found,
            decision=form.decision.data,
            reason=form.reason.data,
            words=form.words.data,
            texts=form.texts(),
            version=form.version.text,
        )
        left = [one for one in gathered.undecided if one.key != key]
        if not left:
            return url_for(".show", reference=reference)
        return url_for(".item", reference=reference, key=left[0].key)

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    form.version.text = found.digest.hex()
    return render_template(
        "subject_access/item.html",
        form=form,
        request_=request,
        item=found,
        boxes=[field for field in form if field.name.startswith("text_")],
        may_edit=found.source.key != "document",
        left=len(gathered.undecided),
        back=url_for(".items", reference=reference),
    )


@blueprint.get("/<reference>/items/<uuid:key>/file")
@allow(OFFICER)
@leaves
def item_file(reference: str, key: UUID) -> ResponseReturnValue:
    """A document that is held about the person, for whoever has to decide on it."""
    request = queries.request(db.session, reference)
    if not request.is_open:
        abort(404)
    gathered = queries.gather(db.session, request)
    found = gathered.item(key)
    if found.source.key != "document":
        abort(404)
    with transaction(db.session):
        services.note_file(db.session, request)
    facts = found.row.facts
    name = queries.file_names([found])[key].rpartition("/")[2]
    return uploads.download(
        path_of(services.DOCUMENTS, facts["stored_name"]), facts["media_type"], name
    )


@blueprint.route("/<reference>/people/<uuid:person>", methods=["GET", "POST"])
@allow(OFFICER)
def consent(reference: str, person: UUID) -> ResponseReturnValue:
    """Whether somebody else agrees to what concerns them being sent."""
    request = queries.request(db.session, reference)
    if not request.is_open:
        return redirect(url_for(".show", reference=reference), 303)
    other = queries.gather(db.session, request).person(person)
    form = forms.ConsentForm()

    def act() -> str:
        services.record_consent(
            db.session,
            actor(),
            request,
            other.person_id,
            answer=form.answer.data,
            words=form.words.data,
        )
        return url_for(".show", reference=reference)

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return done
    return render_template(
        "subject_access/consent.html",
        form=form,
        other=other,
        back=url_for(".show", reference=reference),
    )


@blueprint.get("/<reference>/status")
@allow(OFFICER)
def status(reference: str) -> ResponseReturnValue:
    """How far the bundle is, for the page that waits for it."""
    request = queries.request(db.session, reference)
    return render_template("subject_access/_bundle.html", request_=request)


@blueprint.get("/<reference>/bundle")
@allow(OFFICER)
@leaves
def bundle(reference: str) -> ResponseReturnValue:
    """The last bundle that was made, as a download."""
    request = queries.request(db.session, reference)
    if request.bundle is None or request.bundle.stored_name is None:
        abort(404)
    with transaction(db.session):
        services.note_download(db.session, reference)
    path = path_of(queries.FOLDER, request.bundle.stored_name)
    return uploads.download(path, "application/zip", f"{reference}.zip")


@blueprint.route("/<reference>/stop", methods=["GET", "POST"])
@allow(OFFICER)
def stop(reference: str) -> ResponseReturnValue:
    """Stop the clock."""
    form = forms.StopForm()

    def act() -> None:
        services.stop_clock(
            db.session,
            reference,
            kind=form.kind.data,
            words=form.words.data,
            since=form.since.data or clock.today(),
            version=form.seen(),
        )

    return _step(reference, form, act, "subject_access/stop.html", "open")


@blueprint.route("/<reference>/start", methods=["GET", "POST"])
@allow(OFFICER)
def start(reference: str) -> ResponseReturnValue:
    """Let the clock run again."""
    form = forms.StartForm()

    def act() -> None:
        services.start_clock(
            db.session,
            reference,
            on=form.on.data or clock.today(),
            identity=form.identity(),
            version=form.seen(),
        )

    return _step(reference, form, act, "subject_access/start.html", "waiting")


@blueprint.route("/<reference>/extend", methods=["GET", "POST"])
@allow(OFFICER)
def extend(reference: str) -> ResponseReturnValue:
    """Take two months more."""
    form = forms.ExtendForm()

    def act() -> None:
        services.extend(db.session, reference, reason=form.reason.data, version=form.seen())

    return _step(reference, form, act, "subject_access/extend.html", *UNDER_WAY)


@blueprint.route("/<reference>/refuse", methods=["GET", "POST"])
@allow(OFFICER)
def refuse(reference: str) -> ResponseReturnValue:
    """Refuse the request."""
    form = forms.RefuseForm()

    def act() -> None:
        services.refuse(
            db.session,
            actor(),
            reference,
            refusal=form.refusal.data,
            words=form.words.data,
            version=form.seen(),
        )

    return _step(reference, form, act, "subject_access/refuse.html", *UNDER_WAY)


@blueprint.route("/<reference>/answer", methods=["GET", "POST"])
@allow(OFFICER)
def answer(reference: str) -> ResponseReturnValue:
    """Record that the bundle was sent."""
    form = forms.AnswerForm()

    def act() -> None:
        services.answer(
            db.session,
            actor(),
            reference,
            sent_on=form.sent_on.data or clock.today(),
            sent_way=form.sent_way.data,
            version=form.seen(),
        )

    return _step(reference, form, act, "subject_access/answer.html", "open")


def _step(
    reference: str, form: forms.OfRequest, act: Callable[[], None], page: str, *states: str
) -> ResponseReturnValue:
    """A page with a form after which the request stands elsewhere; there is no such page for one
    that stands elsewhere already."""
    address = url_for(".show", reference=reference)
    if done := sent_before(form):
        return done
    request = queries.request(db.session, reference)
    if request.row.state not in states and not form.is_submitted():
        return redirect(address, 303)

    def step() -> str:
        act()
        return address

    if form.validate_on_submit():
        if done := submit_once(form, step):
            return done
        request = queries.request(db.session, reference)
    form.version.text = str(request.row.version)
    return render_template(page, form=form, request_=request, back=address)
