"""Reads of families: for a page about one, and for lists of many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, any_, case, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session

from keywork.accounts import queries as accounts
from keywork.families.models import Family, Member, Person, SafeContactRow, TeamMember
from keywork.families.policy import MEMBER_ROLES, TEAM_ROLES, SafeContact
from keywork.kernel.errors import NotVisible

FAMILIES_READ = "families_read"
"""Where a session keeps the references of the families it was used to read, for the audit."""


@dataclass(frozen=True)
class MemberView:
    """A member of a family today."""

    id: int
    uid: UUID
    person_id: int
    given_name: str
    family_name: str
    known_as: str
    date_of_birth: date | None
    birth: str
    """What the date is: exact, estimated or expected."""

    died_on: date | None
    sex: str
    nhs_number: str | None
    role: str
    since: date

    @property
    def name(self) -> str:
        """Given name and family name."""
        return f"{self.given_name} {self.family_name}"

    @property
    def role_name(self) -> str:
        """The role in words."""
        return MEMBER_ROLES[self.role]

    @property
    def is_child(self) -> bool:
        """Whether this is a child who can be seen."""
        return self.role == "child"


@dataclass(frozen=True)
class TeamView:
    """A practitioner in the team around a family today."""

    staff_id: int
    name: str
    role: str
    since: date

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
class FamilyLine:
    """One family in a list of many."""

    id: int
    reference: str
    surnames: list[str]
    key_worker_id: int | None
    key_worker_name: str | None
    youngest_born: date | None
    """When its youngest child was born."""


def family(session: Session, reference: str) -> FamilyView:
    """The family of this reference, opened by the session's viewer.

    Raises NotVisible when there is none or the viewer may not open it. Opening one is noted on the
    session, and the web audits it: see `views.audit_reads`.
    """
    opened = any_(func.open_families(type_=ARRAY(BigInteger)))
    records = func.records_of(Family.id, type_=ARRAY(BigInteger))
    found = session.execute(
        select(Family, records).where(Family.reference == reference, Family.id == opened)
    ).one_or_none()
    if found is None:
        raise NotVisible
    row, ids = found
    session.info.setdefault(FAMILIES_READ, set()).add(row.reference)
    return FamilyView(
        id=row.id,
        ids=list(ids),
        reference=row.reference,
        hub_id=row.hub_id,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        members=_members(session, row.id),
        team=_team(session, row.id),
        contact=safe_contact(session, row.id),
    )


def safe_contact(session: Session, family_id: int) -> StoredContact | None:
    """How the family may be reached, as last recorded."""
    row = session.scalar(
        select(SafeContactRow)
        .where(SafeContactRow.family_id == family_id)
        .order_by(SafeContactRow.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    contact = SafeContact(
        row.may_call, row.may_text, row.may_leave_message, row.may_write, row.advice
    )
    return StoredContact(contact, row.id, row.recorded_by)


def member_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The names of these members, former ones too, by member id."""
    rows = session.execute(
        select(Member.id, Person.given_name, Person.family_name)
        .join(Person, Person.id == Member.person_id)
        .where(Member.id.in_(ids))
    )
    return {row.id: f"{row.given_name} {row.family_name}" for row in rows}


def families_by_id(session: Session, ids: Collection[int]) -> dict[int, FamilyLine]:
    """These families, in two statements. The caller has a right to know of each."""
    return _lines(session, _line_statement().where(Family.id.in_(ids)))


def caseload(session: Session, staff_id: int) -> list[FamilyLine]:
    """The open families of a key worker, longest open first, in two statements."""
    mine = _line_statement().where(TeamMember.staff_id == staff_id, Family.closed_on.is_(None))
    return list(_lines(session, mine).values())


def caseload_counts(session: Session, staff_ids: Collection[int]) -> dict[int, int]:
    """How many open families each key worker has."""
    rows = session.execute(
        select(TeamMember.staff_id, func.count())
        .join(Family, (Family.id == TeamMember.family_id) & Family.closed_on.is_(None))
        .where(TeamMember.staff_id.in_(staff_ids), _KEY_WORKER)
        .group_by(TeamMember.staff_id)
    )
    return dict.fromkeys(staff_ids, 0) | {row[0]: row[1] for row in rows}


def in_record(column: InstrumentedAttribute[int], family_ids: Sequence[int]) -> ColumnElement[bool]:
    """That a row belongs to one of the records that are read as one.

    For one record, as nearly always, it is an equation, so that an index gives rows in its order.
    """
    return column == family_ids[0] if len(family_ids) == 1 else column.in_(family_ids)


_KEY_WORKER = (TeamMember.role == "key_worker") & TeamMember.ended_on.is_(None)


_ORDER = (
    case({"parent": 0, "child": 2, "unborn": 2}, value=Member.role, else_=1),
    Person.date_of_birth,
    Member.id,
)
"""Of the members of a family: parents first, children last, the oldest first."""


def _members(session: Session, family_id: int) -> list[MemberView]:
    rows = session.execute(
        select(Member, Person)
        .join(Person, Person.id == Member.person_id)
        .where(Member.family_id == family_id, Member.ended_on.is_(None))
        .order_by(*_ORDER)
    )
    return [
        MemberView(
            id=member.id,
            uid=member.uid,
            person_id=person.id,
            given_name=person.given_name,
            family_name=person.family_name,
            known_as=person.known_as,
            date_of_birth=person.date_of_birth,
            birth=person.birth,
            died_on=person.died_on,
            sex=person.sex,
            nhs_number=person.nhs_number,
            role=member.role,
            since=member.started_on,
        )
        for member, person in rows
    ]


def _team(session: Session, family_id: int) -> list[TeamView]:
    rows = session.scalars(
        select(TeamMember)
        .where(TeamMember.family_id == family_id, TeamMember.ended_on.is_(None))
        .order_by(TeamMember.role != "key_worker", TeamMember.id)
    ).all()
    names = accounts.staff_by_id(session, {row.staff_id for row in rows})
    return [TeamView(r.staff_id, names[r.staff_id].name, r.role, r.started_on) for r in rows]


def _line_statement() -> Select[*tuple[Any, ...]]:
    children = Member.role.in_(["child", "unborn"])
    return (
        select(
            Family.id,
            Family.reference,
            TeamMember.staff_id,
            func.array_agg(aggregate_order_by(Person.family_name, *_ORDER)).label("surnames"),
            func.max(Person.date_of_birth).filter(children).label("youngest_born"),
        )
        .outerjoin(TeamMember, (TeamMember.family_id == Family.id) & _KEY_WORKER)
        .outerjoin(Member, (Member.family_id == Family.id) & Member.ended_on.is_(None))
        .outerjoin(Person, Person.id == Member.person_id)
        .group_by(Family.id, TeamMember.staff_id)
        .order_by(Family.id)
    )


def _lines(session: Session, statement: Select[*tuple[Any, ...]]) -> dict[int, FamilyLine]:
    rows = session.execute(statement).all()
    staff = accounts.staff_by_id(session, {row.staff_id for row in rows if row.staff_id})
    return {
        row.id: FamilyLine(
            id=row.id,
            reference=row.reference,
            surnames=list(dict.fromkeys(name for name in row.surnames if name)),
            key_worker_id=row.staff_id,
            key_worker_name=staff[row.staff_id].name if row.staff_id else None,
            youngest_born=row.youngest_born,
        )
        for row in rows
    }
