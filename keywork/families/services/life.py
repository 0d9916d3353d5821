"""Closing a record, opening it again, and splitting a family's record in two."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import alerts, queries
from keywork.families.life_reasons import in_words, reasons
from keywork.families.models import Family, Member, OpenPeriod, TeamMember
from keywork.families.policy import may_manage
from keywork.families.services.opening import Opened
from keywork.families.services.team import name_at_hub, note, set_key_worker
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint

explain_constraint("open_period_one_open", "Someone has just opened this record. Look at it again")


@dataclass(frozen=True)
class Split:
    """Who goes into a record of their own."""

    leaving: Sequence[int]
    """The members who are in the new record alone."""

    in_both: Sequence[int]
    """The members who stay here as well, such as children who live with each parent."""

    on: date
    reason: str
    words: str
    key_worker_id: int


def lock_records(session: Session, *family_ids: int) -> dict[int, Family]:
    """These records, held by this transaction; in one order, so that none waits in a ring.

    Raises NotVisible unless each is there and the session's viewer may open it.
    """
    rows = session.scalars(
        select(Family)
        .where(Family.id.in_(family_ids))
        .order_by(Family.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    held = {row.id: row for row in rows}
    if held.keys() != set(family_ids):
        raise NotVisible
    return held


def close_family(
    session: Session, actor: Actor, family_id: int, *, reason: str, words: str = ""
) -> None:
    """End the help for a family: its team goes, and its hub manager alone opens the record.

    What must be finished first is not for this room to know: see `desk.services`.
    """
    row = lock_records(session, family_id)[family_id]
    _expect_manager(actor, row)
    _known("closing", reason)
    if row.closed_on is not None:
        raise Stale(_who(session, family_id, "closed this record already"))
    end_help(session, actor, row, reason, words, team_told="The record was closed")
    note(session, family_id, f"Closed: {in_words(reason, words)}", "closed")
    audit.record(session, "family.close", row.reference)


def reopen_family(
    session: Session,
    actor: Actor,
    family_id: int,
    *,
    reason: str,
    words: str = "",
    key_worker_id: int | None = None,
) -> None:
    """Help a family again; without a key worker when a handoff is to find one."""
    row = lock_records(session, family_id)[family_id]
    _expect_manager(actor, row)
    _known("reopening", reason)
    if row.joined_into_id is not None:
        raise Refusal("This record was joined to another. Undo that first")
    if row.closed_on is None:
        raise Stale(_who(session, family_id, "opened this record again already"))
    row.closed_on, row.opened_on = None, clock.today()
    session.add(
        OpenPeriod(
            family_id=family_id, start_reason=reason, start_words=words, started_by=actor.viewer
        )
    )
    session.flush()
    text = f"Opened again: {in_words(reason, words)}"
    if key_worker_id is not None:
        name = name_at_hub(session, row.hub_id, key_worker_id, "key_worker", field="key_worker")
        set_key_worker(session, family_id, key_worker_id)
        text = f"{text} Key worker: {name}."
    note(session, family_id, text, "reopened")
    audit.record(session, "family.reopen", row.reference)


def split_family(
    session: Session, actor: Actor, family: queries.FamilyView, split: Split
) -> Opened:
    """Put some members into a record of their own at the same hub, which begins empty.

    Why, is said in the new record alone: those they left may be whom they are safe from.
    """
    row = lock_records(session, family.id)[family.id]
    _expect_manager(actor, row)
    _check_split(session, row, family, split)
    name = name_at_hub(session, row.hub_id, split.key_worker_id, "key_worker", field="key_worker")
    new = Family(hub_id=row.hub_id, opened_on=clock.today(), split_from_id=row.id)
    session.add(new)
    session.flush()
    why = in_words(split.reason, split.words)
    session.add(
        OpenPeriod(family_id=new.id, start_reason="split", start_words=why, started_by=actor.viewer)
    )
    _move_members(session, new.id, split)
    set_key_worker(session, new.id, split.key_worker_id)
    names = {member.id: member.name for member in family.members}
    said = _left([names[id_] for id_ in split.leaving], [names[id_] for id_ in split.in_both])
    note(session, row.id, f"{said} ({_day(split.on)})", "split")
    note(session, new.id, f"Split from {row.reference}: {why} Key worker: {name}.", "split")
    audit.record(session, "family.split", row.reference)
    audit.record(session, "family.open", new.reference)
    return Opened(new.id, new.reference)


def end_help(
    session: Session, actor: Actor, row: Family, reason: str, words: str, *, team_told: str
) -> int:
    """End a locked record's open period and its team's places; returns the period's id."""
    session.execute(
        update(TeamMember)
        .where(TeamMember.family_id == row.id, TeamMember.ended_on.is_(None))
        .values(ended_on=clock.today(), end_reason=team_told)
    )
    period = session.scalars(
        select(OpenPeriod).where(OpenPeriod.family_id == row.id, OpenPeriod.ended_on.is_(None))
    ).one()
    period.ended_on, period.end_reason = clock.today(), reason
    period.end_words, period.ended_by = words, actor.viewer
    row.closed_on = clock.today()
    session.flush()
    alerts.has_key_worker(session, row.reference)
    return period.id


def _expect_manager(actor: Actor, row: Family) -> None:
    if not may_manage(actor, row.hub_id):
        raise NotVisible


def _known(act: str, reason: str) -> None:
    if reason not in reasons(act):
        raise Refusal("Choose a reason", "reason")


def _check_split(session: Session, row: Family, family: queries.FamilyView, split: Split) -> None:
    """What the form offers, checked again here: the family may have changed in between."""
    _known("splitting", split.reason)
    if row.closed_on is not None:
        raise Refusal(f"{row.reference} is closed. Open it again first")
    current = {member.id: member for member in family.members}
    moved = {*split.leaving, *split.in_both}
    if not moved:
        raise Refusal("Choose who goes into the new record", "leaving")
    if not moved <= current.keys():
        raise Refusal("Choose people who are in this family", "leaving")
    if set(split.leaving) & set(split.in_both):
        raise Refusal("Choose each person once: in the new record, or in both", "in_both")
    if current.keys() <= set(split.leaving):
        raise Refusal("Somebody must stay in this record", "leaving")
    if split.on > clock.today():
        raise Refusal("The date must be today or in the past", "on")
    late = [current[id_].name for id_ in split.leaving if current[id_].since > split.on]
    if late:
        raise Refusal(f"{late[0]} was not in this family on that date", "on")


def _move_members(session: Session, new_id: int, split: Split) -> None:
    rows = session.scalars(
        select(Member)
        .where(Member.id.in_([*split.leaving, *split.in_both]))
        .order_by(Member.id)
        .with_for_update()
    ).all()
    for row in rows:
        session.add(
            Member(family_id=new_id, person_id=row.person_id, role=row.role, started_on=split.on)
        )
        if row.id in split.leaving:
            row.ended_on, row.end_reason = split.on, "Has a record of their own"
    session.flush()


def _left(leaving: Collection[str], in_both: Collection[str]) -> str:
    """Who went into another record, and who is in both."""
    parts = [
        f"In a record of their own now: {', '.join(leaving)}." if leaving else "",
        f"In this record and another: {', '.join(in_both)}." if in_both else "",
    ]
    return " ".join(filter(None, parts))


def _who(session: Session, family_id: int, did: str) -> str:
    """Who changed the record while somebody looked at the page."""
    last = queries.periods(session, family_id)[0]
    return f"{last.ended_by or last.started_by} has {did}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
