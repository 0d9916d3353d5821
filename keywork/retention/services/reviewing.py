"""By night: which records' day has come, and what goes by itself when it is old."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.alerts import services as alerts
from keywork.alerts.services import raise_alert, resolve_alerts
from keywork.handoffs import services as handoffs
from keywork.kernel import clock
from keywork.kernel.viewer import system_task
from keywork.retention import queries
from keywork.retention.models import LegalHold, RetentionReview
from keywork.retention.policy import Kept, Policy, add_years, handoff_kept, kept
from keywork.retention.reference import policy_on, swept_after

TASK: Final = system_task("retention")
OFFICERS: Final = ("information_officer", "service_lead")
"""Who looks after the queue; the first alone propose."""

DUE: Final = "retention.due"
PROPOSED: Final = "retention.proposed"
HOLD: Final = "retention.hold"

_BATCH: Final = 1000


def review_records(session: Session) -> int:
    """Put every record whose day has come into the queue, and take out what is there no more.

    Returns how many are new, of which the officers are told once. A held record is in the queue
    too, where it cannot be erased. The session must read as `task:retention`.
    """
    today = clock.today()
    policy = policy_on(today)
    due = [*_records_due(session, policy, today), *_handoffs_due(session, policy, today)]
    ended = _take_out(session, due)
    added = 0
    for start in range(0, len(due), _BATCH):
        batch = insert(RetentionReview).values(due[start : start + _BATCH])
        new = session.scalars(batch.on_conflict_do_nothing().returning(RetentionReview.id))
        added += len(new.all())
    if added or ended:
        tell_of_queue(session, again=bool(added))
    _tell_of_holds(session, today)
    return added


def sweep(session: Session) -> None:
    """Remove what is old and was of use to one person for a time only."""
    handoffs.sweep_drafts(session, swept_after("handoff_drafts"))
    alerts.sweep_resolved(session, swept_after("resolved_alerts"))


def tell_of_queue(session: Session, *, again: bool = False) -> None:
    """Let the officers' alert say how long the queue is, or go when there is none.

    Who has the alert already keeps it, unless it is given `again`.
    """
    waiting = queries.queue_length(session)
    if again or not waiting:
        resolve_alerts(session, DUE, "retention")
    if not again or not waiting:
        return
    records = "1 record has" if waiting == 1 else f"{waiting} records have"
    raise_alert(
        session,
        kind=DUE,
        subject="retention",
        about_family_id=None,
        staff_ids=[person.id for person in accounts.staff_with(session, OFFICERS[0])],
        path="/retention",
        line=f"{records} been kept long enough. Decide what is erased",
    )


def _records_due(session: Session, policy: Policy, today: date) -> Iterable[dict[str, Any]]:
    closed_by = add_years(today, -policy.shortest_years)
    for record in queries.closed_records(session, closed_by):
        judged = kept(replace(record.facts, held=False), policy)
        if judged.until is not None and judged.until <= today:
            yield _row(policy, judged, record.reference, record.facts.closed_on) | {
                "family_id": record.family_id,
                "handoff_id": None,
            }


def _handoffs_due(session: Session, policy: Policy, today: date) -> Iterable[dict[str, Any]]:
    sent_by = add_years(today, -min(policy.handoff_years.values()))
    for sent in queries.unallocated_handoffs(session, sent_by):
        judged = handoff_kept(sent.sent_on, sent.record_class, policy)
        latest = max(filter(None, (judged.until, sent.put_off_until)))
        if latest <= today:
            yield _row(policy, judged, sent.reference, sent.sent_on) | {
                "family_id": None,
                "handoff_id": sent.handoff_id,
            }


def _row(policy: Policy, judged: Kept, reference: str, ended_on: date | None) -> dict[str, Any]:
    return {
        "reference": reference,
        "ended_on": ended_on,
        "due_on": judged.until,
        "record_class": judged.record_class,
        "because": judged.because,
        "policy_from": policy.valid_from,
    }


def _take_out(session: Session, due: list[dict[str, Any]]) -> bool:
    """End the reviews of what was opened again, joined, changed or allocated since."""
    standing = session.execute(
        select(
            RetentionReview.id,
            RetentionReview.reference,
            RetentionReview.family_id,
            RetentionReview.handoff_id,
        ).where(RetentionReview.state.in_(queries.STANDING))
    ).all()
    still = {(row["family_id"], row["handoff_id"]) for row in due}
    gone = {row.id: row for row in standing if (row.family_id, row.handoff_id) not in still}
    session.execute(
        update(RetentionReview)
        .where(RetentionReview.id.in_(gone), RetentionReview.state.in_(queries.STANDING))
        .values(
            state="over",
            proposed_by=None,
            proposed_at=None,
            ended_at=func.now(),
            version=RetentionReview.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    for row in gone.values():
        resolve_alerts(session, PROPOSED, row.reference)
    return bool(gone)


def _tell_of_holds(session: Session, today: date) -> None:
    """Remind the officers of each hold that is to be looked at again."""
    late = session.scalars(
        select(LegalHold.uid).where(LegalHold.lifted_at.is_(None), LegalHold.look_again_on <= today)
    ).all()
    officers = [person.id for person in accounts.staff_with(session, OFFICERS[0])] if late else []
    for uid in late:
        raise_alert(
            session,
            kind=HOLD,
            subject=str(uid),
            about_family_id=None,
            staff_ids=officers,
            path=f"/retention/holds/{uid}",
            line="It is time to look at a hold again",
        )
