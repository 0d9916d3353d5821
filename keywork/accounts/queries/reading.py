"""Who reads, in one family, what was protected for a colleague."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from keywork.accounts.models import Cover, Staff

_Reader, _Before = aliased(Staff), aliased(Staff)


@dataclass(frozen=True)
class Reading:
    """Somebody who may read what was protected for another, while they are the key worker."""

    uid: UUID
    staff_id: int
    name: str
    before_id: int
    before: str
    since: date


def readings(session: Session, family_ids: Collection[int]) -> list[Reading]:
    """What was arranged in these records and has not ended, as far as the viewer may know."""
    rows = session.execute(
        select(Cover.uid, _Reader.id, _Reader.name, _Before.id, _Before.name, Cover.started_on)
        .join(_Reader, _Reader.id == Cover.cover_id)
        .join(_Before, _Before.id == Cover.absent_id)
        .where(Cover.family_id.in_(family_ids), Cover.ended_on.is_(None))
        .order_by(Cover.id)
    )
    return [Reading(*row) for row in rows]
