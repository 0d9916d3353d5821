"""Joining two records of one family, to be read as one, and undoing it."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.life_reasons import in_words, reasons
from keywork.families.models import Family, FamilyJoin, Member, OpenPeriod, TeamMember
from keywork.families.policy import may_manage, safest
from keywork.families.services.contact import set_safe_contact
from keywork.families.services.life import end_help, lock_records
from keywork.families.services.team import note
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.kernel.viewer import acting_as, system_task

TASK: Final = system_task("families")
"""It ends and begins again what the actor may open on one side only."""

explain_constraint("family_join_one_standing", "Someone has just joined this record to another")
explain_constraint("family_joined_to_root", "Someone has just joined one of these records")


def join_families(
    session: Session,
    actor: Actor,
    into_id: int,
    family_id: int,
    *,
    reason: str,
    words: str = "",
    staff_ids: Collection[int] = (),
) -> UUID:
    """Let a record be read with another from now on; returns the join's uid.

    Its members become the other's, `staff_ids` of its team go over, and where the two say
    different things of safe contact, only what both allow is safe. Nothing is moved.
    """
    if into_id == family_id:
        raise Refusal("Choose another record")
    rows = lock_records(session, into_id, family_id)
    into, joined = rows[into_id], rows[family_id]
    _expect_joinable(session, actor, into, joined)
    if reason not in reasons("joining"):
        raise Refusal("Choose a reason", "reason")
    contact = _safest_contact(session, into_id, family_id)
    changed: dict[str, Any] = {
        "closed_on": joined.closed_on.isoformat() if joined.closed_on else None,
        "places_ended": _places(session, family_id),
        "period": None,
        "contact_before": contact[0] if contact else None,
    }
    changed["places_added"] = _take_over(session, into_id, family_id, staff_ids)
    with acting_as(session, TASK):  # the actor may have been in this record's team alone
        if joined.closed_on is None:
            told = f"Joined to {into.reference}"
            changed["period"] = end_help(session, actor, joined, "joined", words, team_told=told)
        changed["repointed"] = _repoint(session, family_id, into_id)
        joined.joined_into_id = into_id
    changed["members_added"] = _add_members(session, into_id, family_id)
    if contact:
        set_safe_contact(session, actor, into_id, contact[1])
    row = FamilyJoin(
        family_id=family_id,
        into_id=into_id,
        reason=reason,
        words=words,
        joined_by=actor.staff_id,
        changed=changed,
    )
    session.add(row)
    session.flush()
    why = in_words(reason, words)
    note(session, into_id, f"{joined.reference} was joined to this record: {why}", "joined")
    note(session, family_id, f"{joined.reference} was joined to {into.reference}: {why}", "joined")
    audit.record(session, "family.join", joined.reference)
    audit.record(session, "family.join", into.reference)
    return row.uid


def undo_join(session: Session, actor: Actor, uid: UUID, words: str) -> str:
    """Part two records again as they were; returns the reference of the one that was joined.

    What was written since stays where it was written. Joins into a record are undone in turn, the
    last first.
    """
    row = _held(session, uid)
    rows = lock_records(session, row.into_id, row.family_id)
    into, joined = rows[row.into_id], rows[row.family_id]
    if not may_manage(actor, into.hub_id):
        raise NotVisible
    if row.undone_by is not None:
        name = accounts.staff_name(session, row.undone_by)
        raise Stale(f"{name} has undone this already")
    last = queries.joins(session, row.into_id)[0]
    if into.joined_into_id is not None or last.uid != uid:
        raise Refusal("Another record was joined after this one. Undo that first")
    said = f"{joined.reference} and {into.reference} are two records again: {words}"
    note(session, into.id, said, "joined")
    note(session, joined.id, said, "joined")
    with acting_as(session, TASK):  # which the actor may not open any more
        _give_back(session, row, joined)
    if (before := row.changed["contact_before"]) is not None:
        set_safe_contact(session, actor, row.into_id, queries.contact_said(session, before))
    row.undone_by, row.undone_at, row.undo_words = actor.staff_id, clock.now(), words
    session.flush()
    audit.record(session, "family.undo_join", joined.reference)
    audit.record(session, "family.undo_join", into.reference)
    return joined.reference


def _expect_joinable(session: Session, actor: Actor, into: Family, joined: Family) -> None:
    if not may_manage(actor, into.hub_id):
        raise NotVisible
    if into.joined_into_id is not None or joined.joined_into_id is not None:
        name, reference = queries.joined_by(session, into.id, joined.id)
        raise Stale(f"{name} has joined {reference} to another record since you opened this page")
    if into.closed_on is not None:
        raise Refusal(f"{into.reference} is closed. Open it again first")


def _held(session: Session, uid: UUID) -> FamilyJoin:
    row = session.scalar(
        select(FamilyJoin)
        .where(FamilyJoin.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotVisible
    return row


def _places(session: Session, family_id: int) -> list[int]:
    """The ids of a record's present places in its team."""
    current = TeamMember.ended_on.is_(None) & (TeamMember.family_id == family_id)
    return list(session.scalars(select(TeamMember.id).where(current).order_by(TeamMember.id)))


def _take_over(
    session: Session, into_id: int, family_id: int, staff_ids: Collection[int]
) -> list[int]:
    """Give practitioners of one team a place in another; returns the ids of the new places.

    But none to whoever knows somebody in either family.
    """
    current = TeamMember.ended_on.is_(None)
    barred = [id_ for of in (into_id, family_id) for id_ in queries.barred_staff(session, of)]
    there = select(TeamMember.staff_id).where(current, TeamMember.family_id == into_id)
    rows = session.scalars(
        select(TeamMember).where(
            current,
            TeamMember.family_id == family_id,
            TeamMember.staff_id.in_(staff_ids),
            TeamMember.staff_id.not_in(there),
            TeamMember.staff_id.not_in(barred),
        )
    ).all()
    added = [
        TeamMember(
            family_id=into_id,
            staff_id=row.staff_id,
            role="other" if row.role == "key_worker" else row.role,
            started_on=clock.today(),
        )
        for row in rows
    ]
    session.add_all(added)
    session.flush()
    return [row.id for row in added]


def _repoint(session: Session, family_id: int, into_id: int) -> list[int]:
    """Let the records joined to one be joined to another; returns their ids."""
    found = select(Family.id).where(Family.joined_into_id == family_id).order_by(Family.id)
    ids = list(session.scalars(found))
    session.execute(update(Family).where(Family.id.in_(ids)).values(joined_into_id=into_id))
    return ids


def _add_members(session: Session, into_id: int, family_id: int) -> list[int]:
    """Make the members of one record the other's too; who is in both stays as they are."""
    current = Member.ended_on.is_(None)
    there = select(Member.person_id).where(current, Member.family_id == into_id)
    rows = session.scalars(
        select(Member)
        .where(current, Member.family_id == family_id, Member.person_id.not_in(there))
        .order_by(Member.id)
    ).all()
    added = [
        Member(family_id=into_id, person_id=row.person_id, role=row.role, started_on=row.started_on)
        for row in rows
    ]
    session.add_all(added)
    session.flush()
    return [row.id for row in added]


def _safest_contact(session: Session, into_id: int, family_id: int) -> Any:
    """The id of what one record says of safe contact, and what both allow; None if they agree."""
    held = queries.safe_contact(session, [into_id])
    other = queries.safe_contact(session, queries.records_of(session, family_id))
    if held is None or other is None or held.contact == other.contact:
        return None
    return held.version, safest(held.contact, other.contact)


def _give_back(session: Session, row: FamilyJoin, joined: Family) -> None:
    """Undo what joining changed, as far as it still stands."""
    changed, today = row.changed, clock.today()
    session.execute(
        update(Member)
        .where(Member.id.in_(changed["members_added"]), Member.ended_on.is_(None))
        .values(ended_on=today, end_reason=f"{joined.reference} is a record of its own again")
    )
    session.execute(
        update(TeamMember)
        .where(TeamMember.id.in_(changed["places_added"]), TeamMember.ended_on.is_(None))
        .values(ended_on=today, end_reason=f"{joined.reference} is a record of its own again")
    )
    joined.joined_into_id = None
    if changed["period"] is not None:
        joined.closed_on = None
        period = session.get_one(OpenPeriod, changed["period"], populate_existing=True)
        period.ended_on = period.end_reason = period.ended_by = None
        period.end_words = ""
    session.flush()
    session.execute(
        update(TeamMember)
        .where(TeamMember.id.in_(changed["places_ended"]))
        .values(ended_on=None, end_reason="")
    )
    session.execute(
        update(Family)
        .where(Family.id.in_(changed["repointed"]), Family.joined_into_id == row.into_id)
        .values(joined_into_id=joined.id)
    )
