"""Conflicts of interest: whoever knows somebody in a family opens it no more."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import alerts, queries
from keywork.families.models import ConflictOfInterest
from keywork.families.policy import may_manage
from keywork.families.services.team import PRACTITIONERS, leave_team, note
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.kernel.viewer import acting_as

explain_constraint("conflict_of_interest_once", "This has been declared already", "people")
explain_constraint("team_without_conflict", "This colleague cannot work with this family")


def declare_conflict(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    *,
    staff_id: int,
    member_ids: Collection[int],
    reason: str,
) -> None:
    """Bar somebody from every record of the people they know, at once, and from the family's team.

    Everybody does so for themself, and the manager for a colleague. A key worker keeps the place in
    the team, without opening anything, until the manager, who is told, chooses another.
    """
    if staff_id != actor.staff_id and not may_manage(actor, family.hub_id):
        raise NotVisible
    if staff_id != actor.staff_id and staff_id not in colleagues(session, family):
        raise Refusal("Choose a colleague of this hub or team", "staff")
    persons = _persons(session, family, member_ids)
    leaves = [w for w in family.team if w.staff_id == staff_id and w.role != "key_worker"]
    if leaves:  # why, the chronology does not say
        note(session, family.id, f"Left the team: {leaves[0].name}.")
    # In one statement: from the next one on the family may be closed to the actor.
    session.execute(
        insert(ConflictOfInterest),
        [
            {
                "staff_id": staff_id,
                "person_id": person_id,
                "family_id": family.id,
                "reason": reason,
                "declared_by": actor.staff_id,
            }
            for person_id in persons
        ],
    )
    if leaves:
        with acting_as(session, alerts.TASK):
            leave_team(session, family.id, staff_id)
    audit.record(session, "conflict.declared", family.reference)
    alerts.conflict_declared(session, family.id, family.reference, actor.staff_id)
    alerts.families_without_key_worker(session)


def lift_conflict(
    session: Session, actor: Actor, family: queries.FamilyView, uid: UUID, reason: str
) -> None:
    """Let a colleague open the records of a person again, saying why; never oneself."""
    if not may_manage(actor, family.hub_id):
        raise NotVisible
    row = session.scalar(
        select(ConflictOfInterest)
        .where(ConflictOfInterest.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotVisible
    if row.lifted_by is not None:
        raise Stale(f"{accounts.staff_name(session, row.lifted_by)} has lifted this already")
    row.lifted_by, row.lifted_at, row.lift_reason = actor.staff_id, clock.now(), reason
    session.flush()
    audit.record(session, "conflict.lifted", family.reference)


def colleagues(session: Session, family: queries.FamilyView) -> dict[int, str]:
    """Who may know somebody in a family, by id: its team and who works at its hub, by name."""
    at_hub = accounts.staff_at(session, family.hub_id, *PRACTITIONERS, "health_visitor")
    names = {person.id: person.name for person in at_hub}
    names |= {worker.staff_id: worker.name for worker in family.team}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def _persons(
    session: Session, family: queries.FamilyView, member_ids: Collection[int]
) -> list[int]:
    """The ids of the persons who have or had these places. Raises Refusal for any other place."""
    people = [*family.members, *queries.former_members(session, family)]
    known = {member.id: member.person_id for member in people}
    if not member_ids or not set(member_ids) <= known.keys():
        raise Refusal("Choose who it is", "people")
    return sorted({known[id_] for id_ in member_ids})
