"""The family as it was on a day."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from keywork.families.models import TeamMember
from keywork.families.queries.person import members
from keywork.families.queries.records import FamilyView, in_record, team_views


def as_at(session: Session, family: FamilyView, day: date) -> FamilyView:
    """The family with its members and its team as they were on a day, in three statements."""
    then = (
        in_record(TeamMember.family_id, family.ids),
        TeamMember.started_on <= day,
        TeamMember.ended_on.is_(None) | (TeamMember.ended_on > day),
    )
    return replace(family, members=members(session, family, day), team=team_views(session, *then))
