"""Professionals without an account who work with a family."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import Professional
from keywork.families.policy import row_readers
from keywork.families.services.chronology import record_entry
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale


@dataclass(frozen=True)
class NewProfessional:
    """Somebody to be named as working with a family."""

    name: str
    role: str
    organisation: str
    contact: str
    since: date


def add_professional(
    session: Session,
    actor: Actor,
    family_id: int,
    new: NewProfessional,
    *,
    protected: bool = False,
    named_staff: Collection[int] = (),
    named_members: Collection[int] = (),
) -> UUID:
    """Name a professional who works with the family; returns the row's uid.

    If `protected`, only the actor, `named_staff` and the hub manager will know of it.
    """
    if new.since > clock.today():
        raise Refusal("The date must be today or in the past", "since")
    readers = row_readers(actor.viewer, named_staff if protected else None, named_members)
    where = f", {new.organisation}" if new.organisation else ""
    entry_id = record_entry(
        session,
        family_id=family_id,
        kind="team",
        text=f"Works with the family: {new.name}, {new.role}{where}.",
        visibility=readers["visibility"],
        named_staff=named_staff,
        named_members=named_members,
    )
    row = Professional(
        family_id=family_id,
        entry_id=entry_id,
        author=actor.viewer,
        name=new.name,
        role=new.role,
        organisation=new.organisation,
        contact=new.contact,
        started_on=new.since,
        **readers,
    )
    session.add(row)
    session.flush()
    audit.record(session, "professional.add", str(row.uid), family_id=family_id)
    return row.uid


def end_professional(
    session: Session, actor: Actor, family_ids: list[int], uid: UUID, *, on: date, reason: str
) -> None:
    """Say that a professional works with the family no more, since when and why."""
    seen = queries.professional(session, family_ids, uid)
    row = session.scalars(
        select(Professional)
        .where(Professional.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotVisible
    if row.ended_by is not None:
        by = accounts.staff_name(session, row.ended_by)
        raise Stale(f"{by} has said already that {row.name} works with the family no more")
    if on < row.started_on:
        raise Refusal("The date must not be before they started", "on")
    if on > clock.today():
        raise Refusal("The date must be today or in the past", "on")
    row.ended_on, row.ended_by = on, actor.staff_id
    session.flush()
    record_entry(
        session,
        family_id=row.family_id,
        kind="team",
        text=f"No longer works with the family: {row.name}, {row.role}. {reason}",
        visibility=row.visibility,
        named_staff=seen.named_staff,
        named_members=seen.named_members,
    )
    audit.record(session, "professional.end", str(uid), family_id=row.family_id)
