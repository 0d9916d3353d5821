"""Writes about who stands in for whom."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries
from keywork.accounts.models import Cover
from keywork.accounts.policy import Actor
from keywork.accounts.services.notices import tell
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint

LONGEST: Final = timedelta(days=366)

explain_constraint("cover_only_shortened", "This cover has ended already. Open the page again")


def arrange_cover(
    session: Session,
    actor: Actor,
    *,
    absent_id: int,
    cover_id: int,
    first: date,
    last: date,
    reason: str,
) -> None:
    """Have somebody stand in for a colleague from the first to the last day, both included."""
    absent = {person.id: person for person in queries.may_be_absent(session, actor)}
    stand_ins = {person.id for person in queries.may_stand_in(session, actor)}
    if absent_id not in absent:
        raise Refusal("Choose who is away", "absent")
    if cover_id not in stand_ins:
        raise Refusal("Choose who stands in", "cover")
    if absent_id == cover_id:
        raise Refusal("Choose somebody else to stand in", "cover")
    if first < clock.today():
        raise Refusal("The first day must be today or later", "first")
    if last < first:
        raise Refusal("The last day must not be before the first", "last")
    if last - first > LONGEST:
        raise Refusal("Arrange cover for no more than a year at a time", "last")
    if _arranged_already(session, absent_id, cover_id, first, last):
        raise Refusal("They stand in for some of these days already", "cover")
    session.add(
        Cover(
            absent_id=absent_id,
            cover_id=cover_id,
            started_on=first,
            ended_on=last + timedelta(days=1),
            reason=reason,
            arranged_by=actor.staff_id,
        )
    )
    session.flush()
    tell(session, cover_id, "stands_in")
    audit.record(session, "staff.cover", f"staff:{absent_id}")


def end_cover(session: Session, actor: Actor, uid: UUID) -> None:
    """Have nobody stand in from this moment on, or ever, if it has not begun."""
    row = session.scalar(
        select(Cover)
        .where(Cover.uid == uid, Cover.family_id.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotVisible
    if queries.cover(session, uid).over:
        raise Stale("This cover has ended already")
    row.ended_on = max(clock.today(), row.started_on)
    session.flush()
    audit.record(session, "staff.end_cover", f"staff:{row.absent_id}")


def _arranged_already(
    session: Session, absent_id: int, cover_id: int, first: date, last: date
) -> bool:
    overlapping = select(Cover.id).where(
        Cover.absent_id == absent_id,
        Cover.cover_id == cover_id,
        Cover.family_id.is_(None),
        Cover.started_on <= last,
        Cover.ended_on > first,
        Cover.ended_on > Cover.started_on,
    )
    return session.scalar(overlapping.limit(1)) is not None
