"""Reads of families: for a page about one, for lists of many, and to find one that exists."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, any_, case, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.chronology import EntryView, Page, chronology, entry, latest_entries
from keywork.families.models import Family, Member, Person, SafeContactRow, TeamMember
from keywork.families.policy import MEMBER_ROLES, TEAM_ROLES, NewPerson, SafeContact
from keywork.kernel.errors import NotVisible

__all__ = ["EntryView", "Page", "chronology", "entry", "latest_entries"]

FAMILIES_READ = "families_read"
"""Where a session keeps the references of the families it was used to read, for the audit."""


@dataclass(frozen=True)
class MemberView:
    """A member of a family today."""

    id: int
    person_id: int
    given_name: str
    family_name: str
    date_of_birth: date | None
    nhs_number: str | None
    role: str

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
    reference: str
    hub_id: int
    opened_on: date
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


@dataclass(frozen=True)
class Match:
    """A family that somebody is a member of already."""

    family_id: int
    family_reference: str
    surnames: list[str]
    key_worker_id: int | None
    key_worker_name: str | None
    hub_id: int
    reason: str


def family(session: Session, reference: str) -> FamilyView:
    """The family of this reference, opened by the session's viewer.

    Raises NotVisible when there is none or the viewer may not open it. Opening one is noted on the
    session, and the web audits it: see `views.audit_reads`.
    """
    opened = any_(func.open_families(type_=ARRAY(BigInteger)))
    row = session.scalar(select(Family).where(Family.reference == reference, Family.id == opened))
    if row is None:
        raise NotVisible
    session.info.setdefault(FAMILIES_READ, set()).add(row.reference)
    return FamilyView(
        id=row.id,
        reference=row.reference,
        hub_id=row.hub_id,
        opened_on=row.opened_on,
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


def find_existing(
    session: Session, hub_ids: Collection[int] | None, persons: Sequence[NewPerson]
) -> list[Match]:
    """The families, at these hubs or any, that one of the persons is a member of already."""
    known = known_persons(session, persons)
    reasons = {row.id: _reason(new, row) for new, row in zip(persons, known, strict=True) if row}
    statement = (
        select(Member.family_id, Member.person_id, Family.hub_id)
        .join(Family, Family.id == Member.family_id)
        .where(Member.person_id.in_(reasons), Member.ended_on.is_(None))
        .order_by(Family.closed_on.is_(None).desc(), Family.id, Member.id)
    )
    if hub_ids is not None:
        statement = statement.where(Family.hub_id.in_(hub_ids))
    rows = session.execute(statement).all()
    lines = families_by_id(session, {row.family_id for row in rows})
    found: dict[int, Match] = {}
    for row in rows:
        line = lines[row.family_id]
        reason = reasons[row.person_id]
        if line.id in found:
            reason = f"{found[line.id].reason}; {reason}"
        found[line.id] = Match(
            family_id=line.id,
            family_reference=line.reference,
            surnames=line.surnames,
            key_worker_id=line.key_worker_id,
            key_worker_name=line.key_worker_name,
            hub_id=row.hub_id,
            reason=reason,
        )
    return list(found.values())


def known_persons(session: Session, persons: Sequence[NewPerson]) -> list[Person | None]:
    """For each, the person we hold: by NHS number, or by name and date of birth.

    A name and date of birth do not make one person of two with different NHS numbers.
    """
    numbers = {p.nhs_number for p in persons if p.nhs_number}
    names = [(p.date_of_birth, p.name_key) for p in persons if p.date_of_birth]
    rows = session.scalars(
        select(Person)
        .where(
            or_(
                Person.nhs_number.in_(numbers),
                tuple_(Person.date_of_birth, Person.name_key).in_(names),
            )
        )
        .order_by(Person.id)
    ).all()
    return [_same(person, rows) for person in persons]


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
            member.id,
            person.id,
            person.given_name,
            person.family_name,
            person.date_of_birth,
            person.nhs_number,
            member.role,
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


def _same(new: NewPerson, rows: Sequence[Person]) -> Person | None:
    by_number = (r for r in rows if new.nhs_number and r.nhs_number == new.nhs_number)
    by_name = (
        r
        for r in rows
        if new.date_of_birth
        and (r.date_of_birth, r.name_key) == (new.date_of_birth, new.name_key)
        and not (new.nhs_number and r.nhs_number)
    )
    return next(by_number, None) or next(by_name, None)


def _reason(new: NewPerson, row: Person) -> str:
    name = f"{new.given_name} {new.family_name}"
    same_number = new.nhs_number and new.nhs_number == row.nhs_number
    return f"{name}: same {'NHS number' if same_number else 'name and date of birth'}"
