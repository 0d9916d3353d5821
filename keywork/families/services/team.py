"""The team around a family."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from keywork.families.models import TeamMember
from keywork.kernel import clock
from keywork.kernel.errors import explain_constraint

explain_constraint("team_member_one_key_worker", "This family has a key worker already")
explain_constraint("team_member_current_key", "They are in the team around this family already")


def join_team(session: Session, family_id: int, staff_id: int, role: str) -> None:
    """Open the family to a practitioner from today; one who is in its team takes the new role."""
    current = session.scalar(_place_in_team(family_id, staff_id))
    if current and current.role == role:
        return
    if current:
        current.ended_on = clock.today()
        session.flush()
    session.add(
        TeamMember(family_id=family_id, staff_id=staff_id, role=role, started_on=clock.today())
    )
    session.flush()


def leave_team(session: Session, family_id: int, staff_id: int) -> None:
    """Close the family to a practitioner at once."""
    current = session.scalar(_place_in_team(family_id, staff_id))
    if current:
        current.ended_on = clock.today()
        session.flush()


def set_key_worker(session: Session, family_id: int, staff_id: int) -> None:
    """Make this practitioner the family's key worker; the one before leaves its team."""
    current = session.scalar(
        select(TeamMember)
        .where(
            TeamMember.family_id == family_id,
            TeamMember.role == "key_worker",
            TeamMember.ended_on.is_(None),
        )
        .with_for_update()
    )
    if current and current.staff_id != staff_id:
        leave_team(session, family_id, current.staff_id)
    join_team(session, family_id, staff_id, "key_worker")


def _place_in_team(family_id: int, staff_id: int) -> Select[TeamMember]:
    return (
        select(TeamMember)
        .where(
            TeamMember.family_id == family_id,
            TeamMember.staff_id == staff_id,
            TeamMember.ended_on.is_(None),
        )
        .with_for_update()
    )
