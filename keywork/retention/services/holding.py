"""Holding a record, or all records of a person, and lifting the hold."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.alerts.services import resolve_alerts
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.retention.models import LegalHold
from keywork.retention.policy import add_years
from keywork.retention.reference import policy_on
from keywork.retention.services.reviewing import HOLD

CHANGED: Final = "Someone has changed this hold since you opened the page. Look at it again"

explain_constraint("legal_hold_lifted_once", CHANGED)

_HOLDABLE: Final = text("SELECT family_id, person_id FROM holdable(:wanted)")


def place_hold(
    session: Session,
    actor: Actor,
    wanted: str,
    *,
    reason: str,
    reference: str,
    look_again_on: date,
) -> UUID:
    """Let nothing be erased of a record, by its reference, or of a person, by NHS number."""
    _expect_day(look_again_on)
    found = session.execute(_HOLDABLE, {"wanted": wanted}).one_or_none()
    if found is None:
        raise Refusal("There is no record or person with this reference or number", "subject")
    row = LegalHold(
        family_id=found.family_id,
        person_id=found.person_id,
        subject=wanted if found.family_id else f"NHS number ending {wanted[-3:]}",
        reason=reason,
        reference=reference,
        placed_by=actor.staff_id,
        look_again_on=look_again_on,
    )
    session.add(row)
    session.flush()
    audit.record(session, "retention.hold", _subject(row))
    return row.uid


def keep_hold(
    session: Session, actor: Actor, uid: UUID, version: int, *, look_again_on: date
) -> None:
    """Let a hold stand, and be looked at again on another day."""
    row = _locked(session, uid, version)
    _expect_day(look_again_on)
    row.look_again_on = look_again_on
    row.version += 1
    session.flush()
    resolve_alerts(session, HOLD, str(uid))
    audit.record(session, "retention.keep_hold", _subject(row))


def lift_hold(session: Session, actor: Actor, uid: UUID, version: int, *, reason: str) -> None:
    """End a hold: from now on the policy alone says how long it is kept."""
    row = _locked(session, uid, version)
    row.lifted_by, row.lifted_at, row.lift_reason = actor.staff_id, clock.now(), reason
    row.version += 1
    session.flush()
    resolve_alerts(session, HOLD, str(uid))
    audit.record(session, "retention.lift_hold", _subject(row))


def _subject(row: LegalHold) -> str:
    """A record by its reference; a person's hold by its own id, for a number says who it is."""
    return row.subject if row.family_id else str(row.uid)


def _expect_day(day: date) -> None:
    years = policy_on(clock.today()).hold_looked_at_within_years
    if not clock.today() < day <= add_years(clock.today(), years):
        raise Refusal(f"The day must be after today and within {years} years", "look_again_on")


def _locked(session: Session, uid: UUID, version: int) -> LegalHold:
    row = session.scalar(
        select(LegalHold)
        .where(LegalHold.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotVisible
    if row.version != version or row.lifted_at is not None:
        raise Stale(CHANGED)
    return row
