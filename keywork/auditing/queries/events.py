"""What was done and read, newest first, and said so that whoever reads it learns no more than that.

A reference of something in a record is shown to who may read that thing, as its own table's
row-level security has it; everybody else reads what kind of act it was, and in which record.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from keywork.auditing.models import AuditEvent, AuditSeal
from keywork.auditing.reference import acts
from keywork.kernel.clock import LONDON
from keywork.kernel.errors import NotVisible

SHOWN: Final = 50
STAFF: Final = "staff:"

_WORKERS = text("SELECT id, uid, name FROM staff ORDER BY name, id")
_WORKER = text("SELECT id, uid, name FROM staff WHERE uid = :uid")
_NAMED = text("SELECT id, uid, name FROM staff WHERE id = ANY (:ids)")
# An officer of everybody, a service lead too, a manager of those at their hubs.
_MAY_READ = text("""
    SELECT viewer_holds('information_officer') OR viewer_holds('service_lead')
      OR works_at(:id, managed_hubs())""")
_RECORDS = text("SELECT id, reference FROM audited_references(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(BigInteger))
)
_ASKED = text("SELECT audited_records(:reference)")
# Each of these tables says by itself who reads it.
_THINGS = text("""
    SELECT reference FROM spend WHERE reference = ANY (:subjects)
    UNION ALL SELECT reference FROM handoff WHERE reference = ANY (:subjects)
    UNION ALL SELECT reference FROM purse WHERE reference = ANY (:subjects)""")


@dataclass(frozen=True)
class Sought:
    """Which events are wanted; what is empty does not narrow them."""

    act: str = ""
    staff_id: int | None = None
    family_ids: Sequence[int] | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Worker:
    """Somebody with an account, or who had one."""

    id: int
    uid: UUID
    name: str


@dataclass(frozen=True)
class EventView:
    """One act, in words."""

    recorded_at: datetime
    who: str
    staff: UUID | None
    """Whose page has more of them, when it was somebody with an account."""

    act: str
    says: str
    family: str | None
    """The reference of the record that it was about."""

    thing: str
    """What else may be said of what it was about; mostly nothing."""


@dataclass(frozen=True)
class Seal:
    """The latest sealed day."""

    day: date
    events: int
    hash: str


def events(
    session: Session, sought: Sought, before: datetime | None = None, shown: int = SHOWN
) -> list[EventView]:
    """What the viewer may read of, newest first, earlier than `before`.

    There may be more than `shown`: what happened at the same moment is not torn apart, so that the
    moment of the last one is where the next page begins.
    """
    statement = (
        select(AuditEvent)
        .where(*_conditions(sought))
        .order_by(AuditEvent.recorded_at.desc())
        .fetch(shown, with_ties=True)
    )
    if before is not None:
        statement = statement.where(AuditEvent.recorded_at < before)
    return _views(session, session.scalars(statement).all())


def records_asked(session: Session, reference: str) -> list[int]:
    """The records read as one with that of this reference, for an information officer."""
    found = session.scalar(_ASKED, {"reference": reference})
    if not found:
        raise NotVisible
    return list(found)


def workers(session: Session) -> list[Worker]:
    """Everybody with an account, leavers too, by name."""
    return [Worker(*row) for row in session.execute(_WORKERS)]


def worker(session: Session, uid: UUID) -> Worker:
    """One of them. Raises NotVisible when there is none."""
    row = session.execute(_WORKER, {"uid": uid}).one_or_none()
    if row is None:
        raise NotVisible
    return Worker(*row)


def may_read_of(session: Session, staff_id: int) -> bool:
    """Whether the viewer may look at what somebody did; what of it, each event says."""
    return bool(session.scalar(_MAY_READ, {"id": staff_id}))


def last_seal(session: Session) -> Seal | None:
    """The latest sealed day, for who may see it."""
    row = session.scalar(select(AuditSeal).order_by(AuditSeal.day.desc()).limit(1))
    return Seal(row.day, row.events, row.hash.hex()) if row else None


def staff_id_of(name: str) -> int | None:
    """Who stands behind a name such as `staff:7`; None for a task or a stranger."""
    number = name.removeprefix(STAFF)
    return int(number) if name.startswith(STAFF) and number.isdecimal() else None


def staff_named(session: Session, names: Collection[str]) -> dict[str, Worker]:
    """Those among these names who are staff."""
    ids = [id_ for name in names if (id_ := staff_id_of(name)) is not None]
    rows = session.execute(_NAMED, {"ids": ids})
    return {f"{STAFF}{row.id}": Worker(*row) for row in rows}


def who_said(viewer: str, staff: Mapping[str, Worker]) -> tuple[str, UUID | None]:
    """A viewer in words, and whose page it is."""
    if viewer in staff:
        return staff[viewer].name, staff[viewer].uid
    if viewer.startswith(STAFF):
        return "Somebody with an account", None
    return "keywork itself" if viewer.startswith("task:") else "Somebody not signed in", None


def family_references(session: Session, ids: Collection[int | None]) -> dict[int, str]:
    """The references of these records, of which the viewer reads in the audit."""
    wanted = sorted({id_ for id_ in ids if id_ is not None})
    return {row.id: row.reference for row in session.execute(_RECORDS, {"ids": wanted})}


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.act:
        found.append(AuditEvent.act == sought.act)
    if sought.staff_id is not None:
        found.append(AuditEvent.viewer == f"{STAFF}{sought.staff_id}")
    if sought.family_ids is not None:
        found.append(AuditEvent.family_id.in_(sought.family_ids))
    if sought.since:
        found.append(AuditEvent.recorded_at >= midnight(sought.since))
    if sought.until:
        found.append(AuditEvent.recorded_at < midnight(sought.until + timedelta(days=1)))
    return found


def midnight(day: date) -> datetime:
    """When a day begins, in London."""
    return datetime.combine(day, time(0), LONDON)


def _views(session: Session, rows: Sequence[AuditEvent]) -> list[EventView]:
    subjects = {row.subject for row in rows}
    staff = staff_named(session, {row.viewer for row in rows} | subjects)
    families = family_references(session, {row.family_id for row in rows})
    things = set(session.scalars(_THINGS, {"subjects": list(subjects)}))
    return [
        EventView(
            row.recorded_at,
            *who_said(row.viewer, staff),
            act=row.act,
            says=acts().get(row.act, row.act),
            family=families.get(row.family_id) if row.family_id else None,
            thing=_thing(row, staff, things),
        )
        for row in rows
    ]


def _thing(row: AuditEvent, staff: Mapping[str, Worker], things: set[str]) -> str:
    if row.subject in things:
        return row.subject
    if row.act.startswith("search."):
        return row.subject.replace("+", ", ")
    return staff[row.subject].name if row.subject in staff and row.subject != row.viewer else ""
