"""Who reads, in one family, what was protected for the key worker before them."""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts import services as staff
from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import TeamMember
from keywork.families.policy import may_manage
from keywork.kernel import audit
from keywork.kernel.errors import NotVisible

REASON: Final = "The family's key worker changed"


def take_over(
    session: Session,
    actor: Actor,
    family_id: int,
    staff_id: int,
    *,
    before: int | None,
    reads: bool,
) -> None:
    """Say whether somebody reads, while they are key worker, what was protected for the one before.

    If so, also for whomever that one read. What was arranged in the family for others ends, but for
    the present key worker, when somebody else is yet to accept. The manager reads all anyway.
    """
    ids = queries.records_of(session, family_id)
    present = key_worker_id(session, ids[0])
    rows = accounts.readings(session, ids)
    staff.end_readings(
        session, [r.uid for r in rows if r.staff_id == staff_id or r.staff_id != present]
    )
    if before is not None and reads and staff_id not in (before, actor.staff_id):
        readers = {before} | {row.before_id for row in rows if row.staff_id == before}
        staff.let_read(
            session,
            actor,
            ids[0],
            staff_id=staff_id,
            before=readers - {staff_id},
            reason=REASON,
        )


def key_worker_id(session: Session, family_id: int) -> int | None:
    """Who is accountable for the family now."""
    return session.scalar(
        select(TeamMember.staff_id).where(
            TeamMember.family_id == family_id,
            TeamMember.role == "key_worker",
            TeamMember.ended_on.is_(None),
        )
    )


def end_taking_over(session: Session, actor: Actor, family: queries.FamilyView, uid: UUID) -> None:
    """Protect from a key worker again what was protected for another; twice does it once."""
    if not may_manage(actor, family.hub_id):
        raise NotVisible
    if uid in {row.uid for row in accounts.readings(session, family.ids)}:
        staff.end_readings(session, [uid])
        audit.record(session, "taking_over.ended", family.reference)
