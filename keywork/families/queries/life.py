"""When a record was open, what it was joined to or split from, and who is who in joined ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session, aliased

from keywork.accounts import queries as accounts
from keywork.families.life_reasons import in_words
from keywork.families.models import Family, FamilyJoin, Member, OpenPeriod, Person
from keywork.families.policy import full_name, staff_of
from keywork.families.queries.records import FamilyView, may_be_opened
from keywork.kernel.errors import Refusal


@dataclass(frozen=True)
class PeriodView:
    """A time during which the family was helped."""

    started_on: date
    started: str
    """Why it was opened, in words, with what was said."""

    started_by: str
    ended_on: date | None
    ended: str
    ended_by: str


@dataclass(frozen=True)
class JoinView:
    """A record that is read with this one."""

    uid: UUID
    reference: str
    reason: str
    joined_at: datetime
    joined_by: str
    members: str
    """Whom it brought into this record."""

    last: bool
    """Whether it was the last to be joined: joins are undone in that order."""


@dataclass(frozen=True)
class RecordView:
    """The life of a record."""

    periods: list[PeriodView]
    joins: list[JoinView]
    split_from: str | None
    """The reference of the record it was part of, if the viewer may open that."""

    split_into: list[str]
    """Those of the records that were part of it, which the viewer may open."""


def record(session: Session, family: FamilyView) -> RecordView:
    """When a family's record was open, and what became part of it or left it."""
    own = select(Family.split_from_id).where(Family.id == family.id).scalar_subquery()
    others = session.execute(
        select(Family.reference, Family.split_from_id)
        .where(
            or_(Family.id == own, Family.split_from_id == family.id),
            Family.id.not_in(family.ids),
        )
        .order_by(Family.id)
    ).all()
    before = [row.reference for row in others if row.split_from_id != family.id]
    return RecordView(
        periods=periods(session, family.id),
        joins=joins(session, family.id),
        split_from=next(iter(before), None),
        split_into=[row.reference for row in others if row.split_from_id == family.id],
    )


def joins(session: Session, family_id: int) -> list[JoinView]:
    """The records that are read with this one, the last to be joined first."""
    rows = session.execute(
        select(FamilyJoin, Family.reference)
        .join(Family, Family.id == FamilyJoin.family_id)
        .where(FamilyJoin.into_id == family_id, FamilyJoin.undone_at.is_(None))
        .order_by(FamilyJoin.id.desc())
    ).all()
    staff = accounts.staff_by_id(session, {row.joined_by for row, _ in rows})
    brought = {id_ for row, _ in rows for id_ in row.changed.get("members_added", [])}
    people = session.execute(
        select(Member.id, Person.given_name, Person.family_name, Person.known_as)
        .join(Person, Person.id == Member.person_id)
        .where(Member.id.in_(brought))
    )
    names = {id_: full_name(*name) for id_, *name in people}
    return [
        JoinView(
            uid=row.uid,
            reference=reference,
            reason=in_words(row.reason, row.words),
            joined_at=row.joined_at,
            joined_by=staff[row.joined_by].name,
            members=", ".join(names[id_] for id_ in row.changed.get("members_added", [])),
            last=row is rows[0][0],
        )
        for row, reference in rows
    ]


def members_in(
    session: Session, family_id: int, member_ids: Sequence[int], field: str
) -> list[int]:
    """The places that these people have in one of the records which are read as one.

    Raises Refusal, beside `field`, when somebody has none there.
    """
    known = aliased(Member)
    rows = session.execute(
        select(known.id, Member.id)
        .join(Member, Member.person_id == known.person_id)
        .where(known.id.in_(member_ids), Member.family_id == family_id)
        .order_by(Member.id != known.id, Member.ended_on.desc().nulls_first(), Member.id)
    ).all()
    places: dict[int, int] = {}
    for asked, place in rows:
        places.setdefault(asked, place)
    if len(places) != len(set(member_ids)):
        raise Refusal("Choose people who are in the record that this goal is in", field)
    return [places[id_] for id_ in member_ids]


def may_open(session: Session, family_id: int) -> bool:
    """Whether the session's viewer may open this record."""
    return bool(session.scalar(select(may_be_opened(literal(family_id)))))


def joined_by(session: Session, *family_ids: int) -> tuple[str, str]:
    """Who joined one of these records to another last, and the reference of that record."""
    staff_id, reference = session.execute(
        select(FamilyJoin.joined_by, Family.reference)
        .join(Family, Family.id == FamilyJoin.family_id)
        .where(FamilyJoin.family_id.in_(family_ids), FamilyJoin.undone_at.is_(None))
        .order_by(FamilyJoin.id.desc())
        .limit(1)
    ).one()
    return accounts.staff_name(session, staff_id), reference


def periods(session: Session, family_id: int) -> list[PeriodView]:
    """The times during which a family was helped, the last first."""
    rows = session.scalars(
        select(OpenPeriod)
        .where(OpenPeriod.family_id == family_id)
        .order_by(OpenPeriod.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    viewers = [viewer for row in rows for viewer in (row.started_by, row.ended_by) if viewer]
    staff = accounts.staff_by_id(session, staff_of(viewers))

    def name(viewer: str | None) -> str:
        return next((staff[id_].name for id_ in staff_of([viewer or ""])), "keywork")

    return [
        PeriodView(
            started_on=row.started_on,
            started=in_words(row.start_reason, row.start_words),
            started_by=name(row.started_by),
            ended_on=row.ended_on,
            ended=in_words(row.end_reason, row.end_words) if row.end_reason else "",
            ended_by=name(row.ended_by) if row.ended_on else "",
        )
        for row in rows
    ]
