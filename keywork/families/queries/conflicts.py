"""Who of ours knows somebody in a family, and is barred from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Text, any_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.models import ConflictOfInterest, Person
from keywork.families.policy import full_name
from keywork.families.queries.records import FamilyView, in_record
from keywork.kernel.errors import NotVisible


@dataclass(frozen=True)
class ConflictView:
    """Somebody of ours who knows a person."""

    uid: UUID
    staff_id: int
    name: str
    person: str
    reason: str
    declared_by: str
    declared_at: datetime
    lifted_by: str
    lifted_at: datetime | None
    lift_reason: str


@dataclass(frozen=True)
class Conflicts:
    """What a family's manager is to know of conflicts of interest."""

    standing: list[ConflictView]
    elsewhere: list[str]
    """The names of those barred by what was declared in another family."""

    lifted: list[ConflictView]


def barred_staff(session: Session, family_id: int) -> list[int]:
    """The ids of those who may not open a family, since they know somebody who is or was in it.

    For tasks and those who may open the family; for anybody else there is nobody.
    """
    found = session.scalars(select(func.barred_staff(family_id, type_=ARRAY(BigInteger)))).one()
    return list(found)


def is_barred_person(
    session: Session, nhs_number: str | None, born: date | None, name_keys: Sequence[str]
) -> bool:
    """Whether a conflict of interest keeps the viewer from a family of exactly this person."""
    names = cast(list(name_keys), ARRAY(Text))
    return bool(session.scalar(select(func.is_barred_person(nhs_number, born, names))))


def conflicts(session: Session, family: FamilyView) -> Conflicts:
    """The conflicts of interest that bar somebody from a family, and those that were lifted."""
    reach = select(func.conflicts_of(family.id, type_=ARRAY(BigInteger))).scalar_subquery()
    rows = session.scalars(
        select(ConflictOfInterest)
        .where(
            or_(
                ConflictOfInterest.id == any_(cast(reach, ARRAY(BigInteger))),
                in_record(ConflictOfInterest.family_id, family.ids),
            )
        )
        .order_by(ConflictOfInterest.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    views = _views(session, rows)
    standing = [view for view in views if view.lifted_at is None]
    known = {view.staff_id for view in standing}
    others = [id_ for id_ in barred_staff(session, family.id) if id_ not in known]
    names = accounts.staff_by_id(session, others)
    return Conflicts(
        standing=standing,
        elsewhere=[names[id_].name for id_ in others],
        lifted=[view for view in views if view.lifted_at is not None],
    )


def conflict(session: Session, family: FamilyView, uid: UUID) -> ConflictView:
    """One of a family's. Raises NotVisible when there is none that the viewer may know of."""
    found = conflicts(session, family)
    for view in (*found.standing, *found.lifted):
        if view.uid == uid:
            return view
    raise NotVisible


def _views(session: Session, rows: Sequence[ConflictOfInterest]) -> list[ConflictView]:
    ids = {id_ for r in rows for id_ in (r.staff_id, r.declared_by, r.lifted_by) if id_}
    staff = accounts.staff_by_id(session, ids)
    people = {
        row.id: row
        for row in session.scalars(
            select(Person).where(Person.id.in_({row.person_id for row in rows}))
        )
    }
    return [
        ConflictView(
            uid=row.uid,
            staff_id=row.staff_id,
            name=staff[row.staff_id].name,
            person=_name(people.get(row.person_id)),
            reason=row.reason,
            declared_by=staff[row.declared_by].name,
            declared_at=row.declared_at,
            lifted_by=staff[row.lifted_by].name if row.lifted_by else "",
            lifted_at=row.lifted_at,
            lift_reason=row.lift_reason,
        )
        for row in rows
    ]


def _name(person: Person | None) -> str:
    """Somebody's name; a record that was put with another may be known by that alone."""
    if person is None:
        return "Somebody whose record was put with another"
    return full_name(person.given_name, person.family_name, person.known_as)
