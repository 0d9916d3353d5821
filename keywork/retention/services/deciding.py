"""What becomes of a record whose day has come: two persons erase it, or one keeps it longer."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.alerts.services import raise_alert, resolve_alerts
from keywork.kernel import audit, clock, outbox
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.kernel.viewer import acting_as
from keywork.retention import queries
from keywork.retention.models import RetentionReview
from keywork.retention.policy import add_years, kept
from keywork.retention.reference import policy_on
from keywork.retention.services.reviewing import OFFICERS, PROPOSED, TASK, tell_of_queue

CHANGED: Final = "This has changed since you opened the page. Look at it again"
HELD: Final = "This record, or somebody in it, is held: nothing of it may be erased"

explain_constraint("retention_review_order", CHANGED)
explain_constraint("erasure_confirmed", CHANGED)
explain_constraint("erasure_due", "The day for this record has not come yet")
explain_constraint("erasure_closed", "This record is open again, so it cannot be erased")
explain_constraint("erasure_held", HELD)
explain_constraint(
    "erasure_money",
    "Money is still set aside for this family. It must be spent or given back first",
)
explain_constraint("legal_hold_person_id_fkey", HELD)
explain_constraint(
    "access_request_person_id_fkey",
    "Somebody in this record has asked for what is held about them. Answer that first",
)
explain_constraint(
    "retention_review_two_persons", "You proposed this, so another person must confirm it"
)

_ERASE = text("SELECT erase_record(:uid)")


def propose(session: Session, actor: Actor, uid: UUID, version: int) -> None:
    """Propose that a record is erased; the others who may confirm it are told."""
    row = _locked(session, uid, version, "open")
    if queries.review(session, uid).held:
        raise Refusal(HELD, "decision")
    row.state, row.proposed_by, row.proposed_at = "proposed", actor.staff_id, clock.now()
    _next(session, row)
    people = [p for role in OFFICERS for p in accounts.staff_with(session, role)]
    raise_alert(
        session,
        kind=PROPOSED,
        subject=row.reference,
        about_family_id=row.family_id,
        staff_ids={person.id for person in people} - {actor.staff_id},
        path=f"/retention/{uid}",
        line=f"It was proposed to erase {row.reference}. A second person must confirm it",
    )
    audit.record(session, "retention.propose", row.reference)


def take_back(session: Session, actor: Actor, uid: UUID, version: int) -> None:
    """Put a record that was proposed for erasure back into the queue."""
    row = _locked(session, uid, version, "proposed")
    row.state, row.proposed_by, row.proposed_at = "open", None, None
    _next(session, row)
    resolve_alerts(session, PROPOSED, row.reference)
    audit.record(session, "retention.take_back", row.reference)


def keep(
    session: Session, actor: Actor, uid: UUID, version: int, *, until: date, reason: str
) -> None:
    """Keep a record until another day, on which it comes back into the queue."""
    row = _locked(session, uid, version, "open", "proposed")
    years = policy_on(clock.today()).put_off_at_most_years
    if not clock.today() < until <= add_years(clock.today(), years):
        raise Refusal(f"The day must be after today and within {years} years", "until")
    row.proposed_by = row.proposed_at = None
    row.state, row.ended_at = "kept", clock.now()
    row.kept_by, row.kept_until, row.kept_reason = actor.staff_id, until, reason
    _next(session, row)
    resolve_alerts(session, PROPOSED, row.reference)
    tell_of_queue(session)
    audit.record(session, "retention.keep", row.reference)


def confirm(session: Session, actor: Actor, uid: UUID, version: int) -> str:
    """Confirm what another proposed, and erase it for good; returns the reference it had.

    The record is judged once more under its locks: what was changed since counts.
    """
    row = _locked(session, uid, version, "proposed")
    if row.proposed_by == actor.staff_id:
        raise Refusal("You proposed this, so another person must confirm it", "decision")
    reference, family_id = row.reference, row.family_id
    row.state, row.confirmed_by = "confirmed", actor.staff_id
    _next(session, row)
    if family_id is not None:
        _expect_due(session, family_id)
    session.execute(_ERASE, {"uid": uid})
    session.expunge(row)
    outbox.enqueue(session, "files.remove_unnamed")
    audit.record(session, "retention.erased", reference)
    tell_of_queue(session)
    return reference


def _expect_due(session: Session, family_id: int) -> None:
    with acting_as(session, TASK):
        found = queries.held_record(session, family_id)
    if found is None:
        raise Stale("Someone has just erased this record")
    judged = kept(found.facts, policy_on(clock.today()))
    if judged.until is None:
        raise Refusal(HELD if found.facts.held else "This record is open again", "decision")
    if judged.until > clock.today():
        day = f"{judged.until.day} {judged.until:%B} {judged.until.year}"
        raise Stale(f"This record has changed, and is kept until {day}: {judged.because}")


def _locked(session: Session, uid: UUID, version: int, *states: str) -> RetentionReview:
    row = session.scalar(
        select(RetentionReview)
        .where(RetentionReview.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotVisible
    if row.version != version or row.state not in states:
        raise Stale(CHANGED)
    return row


def _next(session: Session, row: RetentionReview) -> None:
    row.version += 1
    session.flush()
