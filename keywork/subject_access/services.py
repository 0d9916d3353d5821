"""Writes of subject access: registering, the clock, deciding, the bundle, and the answer."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.kernel import audit, clock, files, outbox
from keywork.kernel.errors import Refusal, Stale, explain_constraint
from keywork.kernel.files import path_of
from keywork.kernel.references import new_reference
from keywork.subject_access import alerts, queries
from keywork.subject_access.models import (
    AccessBundle,
    AccessConsent,
    AccessItem,
    AccessPause,
    AccessRequest,
)
from keywork.subject_access.policy import SOON, UNDER_WAY, Verdict, due_on, take_out
from keywork.subject_access.queries import FOLDER, Found, Gathered, Item, RequestView

DOCUMENTS = "documents"
"""The folder of the documents' room."""

explain_constraint(
    "access_pause_one_at_a_time", "The clock is stopped already. Open the page again"
)
explain_constraint(
    "access_bundle_one_making", "The bundle is being made already. Open the page again"
)
explain_constraint(
    "access_request_extended_once_in_time",
    "The time can be extended once, before the answer is due",
    "reason",
)

_CHANGED = "Something has changed since you opened this page. It now shows how things stand"


@dataclass(frozen=True)
class Identity:
    """How and when it was seen that somebody is who they say."""

    way: str
    checked_on: date


@dataclass(frozen=True)
class Asked:
    """What came, from whom, how and when."""

    received_on: date
    way: str
    asked_by: str
    asker: str
    authority: str
    wanted: str
    identity: Identity | None


def register(session: Session, actor: Actor, found: Found, asked: Asked) -> str:
    """Register a request about somebody; returns its reference.

    Until it is known that whoever asks is who they say, the clock stands still.
    """
    row = AccessRequest(
        reference=new_reference("A"),
        person_id=found.person_id,
        about=found.name,
        received_on=asked.received_on,
        way=asked.way,
        asked_by=asked.asked_by,
        asker=asked.asker,
        authority=asked.authority,
        wanted=asked.wanted,
        identity_way=asked.identity.way if asked.identity else "",
        identity_checked_on=asked.identity.checked_on if asked.identity else None,
        state="open" if asked.identity else "waiting",
        due_on=due_on(asked.received_on, clock.working_time().works_on),
        registered_by=actor.staff_id,
    )
    session.add(row)
    session.flush()
    if asked.identity is None:
        awaited = AccessPause(
            request_id=row.id,
            kind="identity",
            words="Proof that they are who they say",
            started_on=asked.received_on,
        )
        session.add(awaited)
        session.flush()
    audit.record(session, "access.registered", row.reference)
    alerts.tell_officers(session, alerts.RECEIVED, row.reference, but=actor.staff_id)
    return row.reference


def stop_clock(
    session: Session, reference: str, *, kind: str, words: str, since: date, version: int
) -> None:
    """Wait for proof of identity, or to hear what exactly is asked for."""
    row = _locked(session, reference, version, "open")
    if not row.received_on <= since <= clock.today():
        raise Refusal("The date must be between the day the request came and today", "since")
    session.add(AccessPause(request_id=row.id, kind=kind, words=words, started_on=since))
    session.flush()
    row.state = "waiting"
    _changed(session, row, "access.clock_stopped")


def start_clock(
    session: Session, reference: str, *, on: date, identity: Identity | None, version: int
) -> None:
    """What was awaited has come: the time that has passed is added to the time for the answer."""
    row = _locked(session, reference, version, "waiting")
    pause = session.scalars(
        select(AccessPause).where(AccessPause.request_id == row.id, AccessPause.ended_on.is_(None))
    ).one()
    if not pause.started_on <= on <= clock.today():
        raise Refusal("The date must be between the day the clock stopped and today", "on")
    if identity is None and row.identity_checked_on is None:
        raise Refusal("Say how you checked who they are", "identity_way")
    pause.ended_on = on
    session.flush()
    row.due_on = _due(session, row, extended=row.extended_on is not None)
    row.state = "open"
    if identity:
        row.identity_way, row.identity_checked_on = identity.way, identity.checked_on
    _changed(session, row, "access.clock_started")


def extend(session: Session, reference: str, *, reason: str, version: int) -> None:
    """Take two months more, before the answer is due; the person has been told why."""
    row = _locked(session, reference, version, *UNDER_WAY)
    if row.extended_on is not None or row.due_on < clock.today():
        raise Refusal("The time can be extended once, before the answer is due", "reason")
    row.due_on = _due(session, row, extended=True)
    row.extended_on, row.extension_reason = clock.today(), reason
    _changed(session, row, "access.extended")


def refuse(
    session: Session, actor: Actor, reference: str, *, refusal: str, words: str, version: int
) -> None:
    """Refuse a request; the person was told why, and of their rights, today."""
    row = _locked(session, reference, version, *UNDER_WAY)
    session.execute(
        update(AccessPause)
        .where(AccessPause.request_id == row.id, AccessPause.ended_on.is_(None))
        .values(ended_on=func.london_today())
        .execution_options(synchronize_session=False)
    )
    row.refusal, row.refusal_words, row.told_on = refusal, words, clock.today()
    _close(session, actor, row, "refused", "access.refused")


def answer(
    session: Session, actor: Actor, reference: str, *, sent_on: date, sent_way: str, version: int
) -> None:
    """The bundle has been sent. It has to be what the items and decisions of this moment make."""
    row = _locked(session, reference, version, "open")
    view = queries.view_of(session, row)
    if view.bundle is None or view.bundle.state != "made":
        raise Refusal("Make the bundle first")
    if view.bundle.digest != queries.gather(session, view).digest:
        raise Stale("Something was added or decided since the bundle was made. Make it again")
    if not row.received_on <= sent_on <= clock.today():
        raise Refusal("The date must be between the day the request came and today", "sent_on")
    row.sent_on, row.sent_way = sent_on, sent_way
    _close(session, actor, row, "answered", "access.answered")


def decide(
    session: Session,
    actor: Actor,
    request: RequestView,
    item: Item,
    *,
    decision: str,
    reason: str,
    words: str,
    texts: dict[str, str],
    version: str,
) -> None:
    """Decide on an item as the page showed it. `texts` is what is left of each text, by its key,
    for an item that words are taken out of."""
    if version != item.digest.hex():
        raise Stale(_CHANGED)
    redacted = _redacted(item, texts) if decision == Verdict.INCLUDE_PART else None
    session.add(
        AccessItem(
            request_id=request.row.id,
            source=item.source.key,
            ref=item.row.ref,
            digest=item.digest,
            decision=decision,
            reason=reason,
            words=words,
            redacted=redacted,
            decided_by=actor.staff_id,
        )
    )
    session.flush()
    audit.record(session, "access.decided", request.reference)


def record_consent(
    session: Session,
    actor: Actor,
    request: RequestView,
    person_id: int,
    *,
    answer: str,
    words: str,
) -> None:
    """Whether somebody else agrees to what concerns them being sent."""
    session.add(
        AccessConsent(
            request_id=request.row.id,
            person_id=person_id,
            answer=answer,
            words=words,
            recorded_by=actor.staff_id,
        )
    )
    session.flush()
    audit.record(session, "access.consent_recorded", request.reference)


def ask_for_bundle(
    session: Session, actor: Actor, request: RequestView, gathered: Gathered, *, version: str
) -> None:
    """Have the bundle made from what the page showed, by a worker, for it may take a while."""
    if version != gathered.digest.hex():
        raise Stale(_CHANGED)
    if gathered.undecided:
        raise Refusal("Decide on every item first")
    row = AccessBundle(request_id=request.row.id, digest=gathered.digest, asked_by=actor.staff_id)
    session.add(row)
    session.flush()
    audit.record(session, "access.bundle_asked", request.reference)
    outbox.enqueue(session, "subject_access.bundle", bundle_id=row.id)


def make_bundle(session: Session, bundle_id: int) -> None:
    """Make a bundle; the worker reads for `task:subject_access`, which the database lets read
    what is held about the person while it is being made.

    Where something was added or decided in the meantime, nothing is made: an officer looks again.
    """
    bundle = session.scalar(select(AccessBundle).where(AccessBundle.id == bundle_id))
    if bundle is None or bundle.state != "making":
        return
    row = session.get_one(AccessRequest, bundle.request_id)
    request = queries.view_of(session, row)
    gathered = queries.gather(session, request)
    if not request.is_open or gathered.digest != bundle.digest or gathered.undecided:
        bundle.state = "changed"
        return
    said = queries.contents(request, gathered, bundle.asked_at)
    names = queries.file_names(gathered.sent)
    documents = [
        (names[item.key], path_of(DOCUMENTS, item.row.facts["stored_name"]))
        for item in gathered.sent
        if item.source.key == "document"
    ]
    made = files.make(
        session,
        FOLDER,
        lambda file: queries.write_zip(file, said, documents, bundle.asked_at),
    )
    bundle.state, bundle.made_at = "made", clock.now()
    bundle.stored_name, bundle.size_bytes = made.stored_name, made.size_bytes
    bundle.sha256 = made.sha256
    audit.record(session, "access.bundle_made", row.reference)


def remind(session: Session) -> None:
    """Remind the officers of what is due within a week or overdue; as often as anyone likes."""
    today = clock.today()
    open_ = session.scalars(select(AccessRequest).where(AccessRequest.state == "open"))
    for row in open_.all():
        for kind in alerts.kinds_due(row.due_on, today, today + SOON):
            if kind == alerts.OVERDUE:
                alerts.take_back(session, row.reference, alerts.DUE_SOON)
            alerts.tell_officers(session, kind, row.reference)


def note_download(session: Session, reference: str) -> None:
    """Somebody took a copy of the bundle."""
    audit.record(session, "access.bundle_read", reference)


def note_file(session: Session, request: RequestView) -> None:
    """Somebody read a document that is held about the person."""
    audit.record(session, "access.file_read", request.reference)


def note_search(session: Session) -> None:
    """Somebody looked for a person: whom, no log may say."""
    audit.record(session, "access.search", "persons")


def _locked(session: Session, reference: str, version: int, *states: str) -> AccessRequest:
    row = session.scalar(
        select(AccessRequest)
        .where(AccessRequest.reference == reference)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or row.version != version or row.state not in states:
        raise Stale(_CHANGED)
    return row


def _due(session: Session, row: AccessRequest, *, extended: bool) -> date:
    return due_on(
        row.received_on,
        clock.working_time().works_on,
        paused_days=sum(pause.days for pause in queries.view_of(session, row).pauses),
        extended=extended,
    )


def _changed(session: Session, row: AccessRequest, act: str) -> None:
    session.flush()
    audit.record(session, act, row.reference)
    alerts.take_back(session, row.reference, alerts.DUE_SOON, alerts.OVERDUE)


def _close(session: Session, actor: Actor, row: AccessRequest, state: str, act: str) -> None:
    row.state, row.closed_by, row.closed_at = state, actor.staff_id, clock.now()
    _changed(session, row, act)
    alerts.take_back(session, row.reference, alerts.RECEIVED)


def _redacted(item: Item, texts: dict[str, str]) -> dict[str, str]:
    redacted = {}
    for said in item.said:
        key = said.field.key
        if said.field.free and key in texts:
            try:
                left = take_out(said.words, texts[key])
            except ValueError as problem:
                raise Refusal(str(problem), f"text_{key}") from None
            if left != " ".join(said.words.split()) and left != said.words.strip():
                redacted[key] = left
    if not redacted:
        raise Refusal("Take some words out, or include it whole", "decision")
    return redacted
