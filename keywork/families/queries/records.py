"""Reads of families: for a page about one, and for lists of many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, all_, any_, cast, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from keywork.accounts import queries as accounts
from keywork.families.models import (
    BreakGlass,
    Family,
    Member,
    Person,
    SafeContactRow,
    TeamMember,
)
from keywork.families.policy import TEAM_ROLES, SafeContact, full_name
from keywork.families.queries.members import MEMBER_ORDER, MemberView, current_members
from keywork.kernel.clock import LONDON
from keywork.kernel.errors import NotVisible

FAMILIES_READ = "families_read"
"""Where a session keeps the references of the families it was used to read, for the audit."""

JOINED_READ = "joined_read"
"""Where it keeps, by the reference asked for, that of the record which it was joined to."""


@dataclass(frozen=True)
class TeamView:
    """A practitioner in the team around a family today."""

    staff_id: int
    name: str
    role: str
    since: date
    uid: UUID

    @property
    def role_name(self) -> str:
        """The role in words."""
        return TEAM_ROLES[self.role]


@dataclass(frozen=True)
class StoredContact:
    """How the family may be reached, with who said so last."""

    contact: SafeContact
    version: int
    recorded_by: int | None


@dataclass(frozen=True)
class FamilyView:
    """One family, for its pages."""

    id: int
    """The record that something new is written into."""

    ids: list[int]
    """The records that are read as one: its own, and those that were joined to it."""

    reference: str
    hub_id: int
    opened_on: date
    closed_on: date | None
    members: list[MemberView]
    team: list[TeamView]
    contact: StoredContact | None
    emergency_ends_at: datetime | None = None
    """Until when the viewer has it open in an emergency, if they do."""

    @property
    def closes_at(self) -> time | None:
        """The time of day, in London, at which that emergency ends."""
        ends_at = self.emergency_ends_at
        return ends_at.astimezone(LONDON).time() if ends_at else None

    @property
    def surnames(self) -> list[str]:
        """Each family name in it once, the parents' first."""
        return list(dict.fromkeys(member.family_name for member in self.members))

    @property
    def key_worker(self) -> tuple[int, str] | None:
        """The id and name of the practitioner accountable for its plan."""
        found = (t for t in self.team if t.role == "key_worker")
        return next(((t.staff_id, t.name) for t in found), None)

    @property
    def safe_contact(self) -> str | None:
        """How it may be reached, in a few sentences; None when nobody has recorded it."""
        return self.contact.contact.sentence if self.contact else None


@dataclass(frozen=True)
class NamedMember:
    """Somebody's place in a family, and who it is."""

    person_id: int
    name: str


@dataclass(frozen=True)
class FamilyLine:
    """One family in a list of many."""

    id: int
    reference: str
    closed_on: date | None
    surnames: list[str]
    key_worker_id: int | None
    key_worker_name: str | None
    youngest_born: date | None
    """When its youngest child was born."""


def family(session: Session, reference: str) -> FamilyView:
    """The family of this reference, or that it was joined to, opened by the session's viewer.

    Raises NotVisible when there is none or the viewer may not open it. Opening one is noted on the
    session, and the web audits it: see `views.audit_reads`.
    """
    records = func.records_of(Family.id, type_=ARRAY(BigInteger))
    found = session.execute(
        select(Family, records, _EMERGENCY)
        .join(_Asked, Family.id == _ROOT)
        .where(_Asked.reference == reference, may_be_opened(Family.id))
    ).one_or_none()
    if found is None:
        raise NotVisible
    row, ids, emergency_ends_at = found
    session.info.setdefault(FAMILIES_READ, set()).add(row.reference)
    if row.reference != reference:
        session.info.setdefault(JOINED_READ, {})[reference] = row.reference
    return FamilyView(
        id=row.id,
        ids=list(ids),
        reference=row.reference,
        hub_id=row.hub_id,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        members=current_members(session, row.id),
        team=team_views(session, TeamMember.family_id == row.id, TeamMember.ended_on.is_(None)),
        contact=safe_contact(session, ids),
        emergency_ends_at=emergency_ends_at,
    )


def records_of(session: Session, family_id: int) -> list[int]:
    """The ids of the records that are read as one with this one; first the one written into."""
    return list(session.scalars(select(func.records_of(family_id, type_=ARRAY(BigInteger)))).one())


def safe_contact(session: Session, family_ids: Sequence[int]) -> StoredContact | None:
    """How the family may be reached, as last recorded."""
    row = session.scalar(
        select(SafeContactRow)
        .where(in_record(SafeContactRow.family_id, family_ids))
        .order_by(SafeContactRow.id.desc())
        .limit(1)
    )
    return _stored(row) if row else None


def contact_said(session: Session, version: int) -> SafeContact:
    """What was said of safe contact at one time."""
    return _stored(session.get_one(SafeContactRow, version)).contact


def member_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The names of these members, former ones too, by member id."""
    return {id_: member.name for id_, member in members_by_id(session, ids).items()}


def members_by_id(session: Session, ids: Collection[int]) -> dict[int, NamedMember]:
    """These members, former ones too; in records read as one, the same person may be in each."""
    rows = session.execute(
        select(Member.id, Person.id, Person.given_name, Person.family_name, Person.known_as)
        .join(Person, Person.id == Member.person_id)
        .where(Member.id.in_(ids))
    )
    return {id_: NamedMember(person, full_name(*names)) for id_, person, *names in rows}


def families_by_id(session: Session, ids: Collection[int]) -> dict[int, FamilyLine]:
    """These families, in two statements; a record that was joined to another gives that one.

    The caller has a right to know of each.
    """
    asked = _line_statement(_Asked.id).join(_Asked, Family.id == _ROOT)
    return _lines(session, asked.where(_Asked.id.in_(ids)))


def caseload(session: Session, *staff_ids: int) -> list[FamilyLine]:
    """The open families in whose team one of these is, longest open first, in two statements.

    A conflict of interest takes a family out of the viewer's list, even from its key worker's.
    """
    theirs = aliased(TeamMember)
    in_team = select(theirs.family_id).where(
        theirs.staff_id.in_(staff_ids), theirs.ended_on.is_(None)
    )
    barred = select(func.barred_families(type_=ARRAY(BigInteger))).scalar_subquery()
    mine = _line_statement(Family.id).where(
        Family.id.in_(in_team),
        Family.closed_on.is_(None),
        Family.id != all_(cast(barred, ARRAY(BigInteger))),
    )
    return list(_lines(session, mine).values())


def in_teams(session: Session, staff_ids: Collection[int]) -> dict[int, set[int]]:
    """In the team of which family who of these is."""
    places = select(TeamMember.family_id, TeamMember.staff_id).where(
        TeamMember.staff_id.in_(staff_ids), TeamMember.ended_on.is_(None)
    )
    found: dict[int, set[int]] = {}
    for family_id, staff_id in session.execute(places):
        found.setdefault(family_id, set()).add(staff_id)
    return found


def key_workers_of(session: Session, hub_ids: Collection[int]) -> set[int]:
    """Who is key worker of a hub's open families."""
    theirs = (Family.id == TeamMember.family_id) & Family.closed_on.is_(None)
    rows = session.scalars(
        select(TeamMember.staff_id)
        .join(Family, theirs)
        .where(Family.hub_id.in_(hub_ids), _KEY_WORKER)
        .distinct()
    )
    return set(rows)


def caseload_counts(session: Session, staff_ids: Collection[int]) -> dict[int, int]:
    """How many open families each key worker has."""
    rows = session.execute(_CASELOADS, {"workers": list(staff_ids)})
    return dict.fromkeys(staff_ids, 0) | {row[0]: row[1] for row in rows}


def may_be_opened(column: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """That the session's viewer may open the record with this id.

    As a query of its own the list is made once a statement, and not for each row.
    """
    opened = select(func.open_families(type_=ARRAY(BigInteger))).scalar_subquery()
    return column == any_(cast(opened, ARRAY(BigInteger)))


def in_record(column: InstrumentedAttribute[int], family_ids: Sequence[int]) -> ColumnElement[bool]:
    """That a row belongs to one of the records that are read as one.

    For one record, as nearly always, it is an equation, so that an index gives rows in its order.
    """
    return column == family_ids[0] if len(family_ids) == 1 else column.in_(family_ids)


_CASELOADS = text("SELECT staff_id, families FROM caseloads(CAST(:workers AS bigint[]))")
_Asked = aliased(Family)
_ROOT = func.coalesce(_Asked.joined_into_id, _Asked.id)
_EMERGENCY = (
    select(func.max(BreakGlass.ends_at))
    .where(
        BreakGlass.family_id == Family.id,
        BreakGlass.staff_id == func.viewer_staff_id(),
        BreakGlass.given_back_at.is_(None),
        BreakGlass.ends_at > func.now(),
    )
    .scalar_subquery()
)
_KEY_WORKER = (TeamMember.role == "key_worker") & TeamMember.ended_on.is_(None)


def _stored(row: SafeContactRow) -> StoredContact:
    contact = SafeContact(
        row.may_call, row.may_text, row.may_leave_message, row.may_write, row.advice
    )
    return StoredContact(contact, row.id, row.recorded_by)


def team_views(session: Session, *conditions: ColumnElement[bool]) -> list[TeamView]:
    """The places in teams that fulfil the conditions, the key worker's first."""
    rows = session.scalars(
        select(TeamMember)
        .where(*conditions)
        .order_by(TeamMember.role != "key_worker", TeamMember.id)
    ).all()
    names = accounts.staff_by_id(session, {row.staff_id for row in rows})
    return [TeamView(r.staff_id, names[r.staff_id].name, r.role, r.started_on, r.uid) for r in rows]


def _line_statement(asked: InstrumentedAttribute[int]) -> Select[*tuple[Any, ...]]:
    """For each record asked for, by its id, a line about one."""
    children = Member.role.in_(["child", "unborn"])
    return (
        select(
            asked.label("asked"),
            Family.id,
            Family.reference,
            Family.closed_on,
            TeamMember.staff_id,
            func.array_agg(aggregate_order_by(Person.family_name, *MEMBER_ORDER)).label("surnames"),
            func.max(Person.date_of_birth).filter(children).label("youngest_born"),
        )
        .select_from(Family)
        .outerjoin(TeamMember, (TeamMember.family_id == Family.id) & _KEY_WORKER)
        .outerjoin(Member, (Member.family_id == Family.id) & Member.ended_on.is_(None))
        .outerjoin(Person, Person.id == Member.person_id)
        .group_by(asked, Family.id, TeamMember.staff_id)
        .order_by(Family.id)
    )


def _lines(session: Session, statement: Select[*tuple[Any, ...]]) -> dict[int, FamilyLine]:
    rows = session.execute(statement).all()
    staff = accounts.staff_by_id(session, {row.staff_id for row in rows if row.staff_id})
    return {
        row.asked: FamilyLine(
            id=row.id,
            reference=row.reference,
            closed_on=row.closed_on,
            surnames=list(dict.fromkeys(name for name in row.surnames if name)),
            key_worker_id=row.staff_id,
            key_worker_name=staff[row.staff_id].name if row.staff_id else None,
            youngest_born=row.youngest_born,
        )
        for row in rows
    }
