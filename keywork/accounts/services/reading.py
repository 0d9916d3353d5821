"""Letting somebody read, in one family, what was protected for a colleague."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from keywork.accounts.models import Cover
from keywork.accounts.policy import Actor
from keywork.kernel import clock


def let_read(
    session: Session,
    actor: Actor,
    family_id: int,
    *,
    staff_id: int,
    before: Collection[int],
    reason: str,
) -> None:
    """Let somebody read what was protected for these colleagues, while they are the key worker."""
    session.add_all(
        Cover(
            absent_id=absent_id,
            cover_id=staff_id,
            family_id=family_id,
            started_on=clock.today(),
            reason=reason,
            arranged_by=actor.staff_id,
        )
        for absent_id in sorted(before)
    )
    session.flush()


def end_readings(session: Session, uids: Collection[UUID]) -> None:
    """Let them read it no more; what has ended stays as it is."""
    session.execute(
        update(Cover)
        .where(Cover.uid.in_(uids), Cover.family_id.is_not(None), Cover.ended_on.is_(None))
        .values(ended_on=clock.today())
        .execution_options(synchronize_session=False)
    )
