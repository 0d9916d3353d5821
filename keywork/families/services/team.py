"""The team around a family."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import alerts, queries
from keywork.families.models import TeamMember
from keywork.families.policy import TEAM_ROLES, may_change_team, may_manage
from keywork.families.services.chronology import record_entry
from keywork.families.services.taking_over import take_over
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint

PRACTITIONERS = ("key_worker", "specialist", "hub_manager")
"""Who of a hub may be in the team around one of its families."""

explain_constraint("team_member_one_key_worker", "This family has a key worker already")
explain_constraint("team_member_current_key", "They are in the team around this family already")
explain_constraint("team_of_open_family", "This record is closed. Open it again first")


def join_team(
    session: Session, family_id: int, staff_id: int, role: str, since: date | None = None
) -> None:
    """Open the family to a practitioner; one who is in its team takes the new role.

    `since` is a day in the past for somebody who worked with the family before it was recorded
    here.
    """
    current = session.scalar(_place_in_team(family_id, staff_id))
    if current and current.role == role:
        return
    if current:
        current.ended_on = clock.today()
        session.flush()
    session.add(
        TeamMember(
            family_id=family_id, staff_id=staff_id, role=role, started_on=since or clock.today()
        )
    )
    session.flush()


def leave_team(session: Session, family_id: int, staff_id: int, reason: str = "") -> None:
    """Close the family to a practitioner at once."""
    current = session.scalar(_place_in_team(family_id, staff_id))
    if current:
        current.ended_on, current.end_reason = clock.today(), reason
        session.flush()


def set_key_worker(session: Session, family_id: int, staff_id: int, reason: str = "") -> None:
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
        leave_team(session, family_id, current.staff_id, reason)
    join_team(session, family_id, staff_id, "key_worker")
    alerts.has_key_worker(session, queries.reference_of(session, family_id))


def add_practitioner(
    session: Session, actor: Actor, family: queries.FamilyView, staff_id: int, role: str
) -> None:
    """Take somebody of the family's hub into its team, though not as key worker."""
    _expect_right(actor, family)
    name = name_at_hub(session, family.hub_id, staff_id, *PRACTITIONERS)
    if role not in TEAM_ROLES or role == "key_worker":
        raise Refusal("Choose what they do for this family", "role")
    if any(worker.staff_id == staff_id for worker in family.team):
        raise Refusal(f"{name} is in the team around this family already", "staff")
    join_team(session, family.id, staff_id, role)
    note(session, family.id, f"Joined the team: {name}, {TEAM_ROLES[role].lower()}.")
    audit.record(session, "team.add", family.reference)


def end_place(
    session: Session, actor: Actor, family: queries.FamilyView, uid: UUID, reason: str
) -> None:
    """Close the family to a practitioner, saying why. A key worker's place is taken by another."""
    _expect_right(actor, family)
    row = session.scalar(
        select(TeamMember)
        .where(TeamMember.uid == uid, TeamMember.family_id == family.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotVisible
    name = accounts.staff_name(session, row.staff_id)
    if row.ended_on is not None:
        raise Stale(f"{name} has left the team already, on {_day(row.ended_on)}")
    if row.role == "key_worker":
        raise Refusal("Choose another key worker instead")
    row.ended_on, row.end_reason = clock.today(), reason
    session.flush()
    note(session, family.id, f"Left the team: {name}. {reason}")
    audit.record(session, "team.end", family.reference)


def change_key_worker(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    staff_id: int,
    reason: str,
    *,
    seen: int,
    reads: bool = False,
) -> None:
    """Give the family another key worker, saying why. `seen` is the one that the page showed.

    With `reads`, they read what was protected for the one before.
    """
    if not may_manage(actor, family.hub_id):
        raise NotVisible
    now = family.key_worker
    if seen != (now[0] if now else 0):
        who = f"{now[1]} has become" if now else "Nobody is now"
        raise Stale(f"{who} the key worker since you opened this page. Check it and send it again")
    name = name_at_hub(session, family.hub_id, staff_id, "key_worker", field="key_worker")
    if now and now[0] == staff_id:
        raise Refusal(f"{name} is the key worker already", "key_worker")
    set_key_worker(session, family.id, staff_id, reason)
    take_over(session, actor, family.id, staff_id, before=now[0] if now else None, reads=reads)
    after = f", after {now[1]}" if now else ""
    note(session, family.id, f"Key worker: {name}{after}. {reason}")
    audit.record(session, "team.key_worker", family.reference)


def name_at_hub(
    session: Session, hub_id: int, staff_id: int, *roles: str, field: str = "staff"
) -> str:
    """The name of somebody who has one of the roles at a hub. Raises Refusal for anyone else."""
    for person in accounts.staff_at(session, hub_id, *roles):
        if person.id == staff_id:
            return person.name
    raise Refusal("Choose somebody of this hub", field)


def note(session: Session, family_id: int, text: str, kind: str = "team") -> None:
    """Say in the chronology what became of the team or the record."""
    record_entry(session, family_id=family_id, kind=kind, text=text.strip())


def _expect_right(actor: Actor, family: queries.FamilyView) -> None:
    key_worker = family.key_worker[0] if family.key_worker else None
    if not may_change_team(actor, family.hub_id, key_worker):
        raise NotVisible


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


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
