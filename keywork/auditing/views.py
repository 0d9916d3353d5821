"""Who did and read what: of a family, of a worker, one's own, and all of it for the officer."""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.auditing import queries
from keywork.auditing.forms import SearchForm
from keywork.auditing.queries import EventView, Sought
from keywork.auditing.reference import figures
from keywork.families import queries as families
from keywork.kernel import audit, clock
from keywork.kernel.clock import LONDON
from keywork.kernel.database import transaction
from keywork.kernel.errors import NotVisible
from keywork.kernel.viewer import practitioner
from keywork.web.access import allow, leaves, signed_in
from keywork.web.db import db
from keywork.web.spreadsheets import csv_download

OFFICER: Final = "information_officer"
MANAGER: Final = "hub_manager"
OF_STAFF: Final = (MANAGER, OFFICER, "service_lead")
MOST_EXPORTED: Final = 20_000

blueprint = Blueprint("auditing", __name__)


@blueprint.get("/audit")
@allow(OFFICER)
def search() -> ResponseReturnValue:
    """Everything, and looking for some of it."""
    form, sought = _searched()
    if sought and not _before():
        _note("audit.read", "search")
    return render_template(
        "auditing/search.html",
        form=form,
        seal=queries.last_seal(db.session),
        **_page(sought),
    )


@blueprint.get("/audit/export")
@allow(OFFICER)
@leaves
def export() -> ResponseReturnValue:
    """What the search finds, as a spreadsheet; too much of it is refused with a sentence."""
    form, sought = _searched()
    found = queries.events(db.session, sought, shown=MOST_EXPORTED + 1) if sought else []
    if sought and len(found) <= MOST_EXPORTED:
        _note("export.audit", "search")
        return csv_download("audit.csv", COLUMNS, [_row(event) for event in found])
    if found:
        form.add_error("since", f"Choose fewer days: there are more than {MOST_EXPORTED:,} acts")
    seal = queries.last_seal(db.session)
    return render_template("auditing/search.html", form=form, seal=seal, **_page(None))


@blueprint.get("/audit/worth-a-look")
@allow(OFFICER, MANAGER)
def worth_a_look() -> ResponseReturnValue:
    """What stands out, as far as the actor may read of it."""
    today = clock.today()
    chosen = figures(today)
    _note("audit.read", "worth a look")
    found = queries.worth_a_look(db.session, chosen, today)
    return render_template("auditing/worth_a_look.html", found=found, figures=chosen)


@blueprint.get("/audit/mine")
@signed_in
def mine() -> ResponseReturnValue:
    """What the actor did and read."""
    sought = Sought(staff_id=actor().staff_id)
    return render_template("auditing/mine.html", **_page(sought))


@blueprint.get("/audit/staff/<uuid:uid>")
@allow(*OF_STAFF)
def of_worker(uid: UUID) -> ResponseReturnValue:
    """What one worker did and read, as far as the actor may read of it."""
    worker = queries.worker(db.session, uid)
    if not queries.may_read_of(db.session, worker.id):
        raise NotVisible
    if not _before():
        _note("audit.read", practitioner(worker.id))
    return render_template(
        "auditing/worker.html", worker=worker, **_page(Sought(staff_id=worker.id))
    )


@blueprint.get("/families/<reference>/audit")
@allow(MANAGER, OFFICER)
def of_family(reference: str) -> ResponseReturnValue:
    """Who did and read what in one record: for its manager, and by reference for the officer."""
    family, ids = _record(reference)
    if not _before():
        _note("audit.read", reference, ids[0])
    return render_template(
        "auditing/family.html",
        family=family,
        reference=reference,
        **_page(Sought(family_ids=ids)),
    )


COLUMNS: Final = ("When", "Who", "What", "Act", "Family", "What it was about")


def _row(event: EventView) -> list[str]:
    moment = event.recorded_at.astimezone(LONDON).isoformat(timespec="seconds")
    return [moment, event.who, event.says, event.act, event.family or "", event.thing]


def _record(reference: str) -> tuple[families.FamilyView | None, list[int]]:
    me = actor()
    if me.has(MANAGER):
        with suppress(NotVisible):
            family = families.family(db.session, reference)
            if family.hub_id in me.managed_hub_ids:
                return family, family.ids
    if not me.has(OFFICER):
        raise NotVisible
    return None, queries.records_asked(db.session, reference)


def _searched() -> tuple[SearchForm, Sought | None]:
    """The form as the address fills it in, and what is sought if that is right."""
    form = SearchForm(queries.workers(db.session))
    if not form.validate():
        return form, None
    ids = None
    if reference := form.family.data:
        try:
            ids = queries.records_asked(db.session, reference.upper())
        except NotVisible:
            form.add_error("family", "There is no family with this reference")
            return form, None
    return form, form.sought(ids)


def _page(sought: Sought | None) -> dict[str, Any]:
    """The events from here on, and the address of those before them."""
    before = _before()
    found = queries.events(db.session, sought, before) if sought else []
    kept = {name: value for name, value in request.args.items() if name != "before"}
    older = found[-1].recorded_at.isoformat() if len(found) >= queries.SHOWN else None
    return {"events": found, "before": before, "older": older, "kept": kept}


def _before() -> datetime | None:
    try:
        moment = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _note(act: str, subject: str, family_id: int | None = None) -> None:
    with transaction(db.session):
        audit.record(db.session, act, subject, family_id=family_id)
