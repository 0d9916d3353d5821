"""The family as it was on a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.models import TeamMember
from keywork.families.queries.person import members
from keywork.families.queries.records import FamilyView, TeamView, in_record


def as_at(session: Session, family: FamilyView, day: date) -> FamilyView:
    """The family with its members and its team as they were on a day, in three statements."""
    return replace(
        family, members=members(session, family, day), team=_team(session, family.ids, day)
    )


def _team(session: Session, family_ids: Sequence[int], day: date) -> list[TeamView]:
    rows = session.scalars(
        select(TeamMember)
        .where(
            in_record(TeamMember.family_id, family_ids),
            TeamMember.started_on <= day,
            TeamMember.ended_on.is_(None) | (TeamMember.ended_on > day),
        )
        .order_by(TeamMember.role != "key_worker", TeamMember.id)
    ).all()
    names = accounts.staff_by_id(session, {row.staff_id for row in rows})
    return [TeamView(r.staff_id, names[r.staff_id].name, r.role, r.started_on, r.uid) for r in rows]
