"""Reads about who stands in for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from keywork.accounts.models import Cover, Post, Role, Staff
from keywork.accounts.policy import COVERED_BY_MANAGERS, Actor
from keywork.accounts.queries.people import answers_to_viewer
from keywork.accounts.queries.staff import StaffView, held_today
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible

_Absent, _Stand_in, _Arranger = aliased(Staff), aliased(Staff), aliased(Staff)


@dataclass(frozen=True)
class CoverView:
    """An absence, and who stands in."""

    uid: UUID
    absent_id: int
    absent: str
    cover: str
    started_on: date
    ended_on: date
    """The first day on which nobody stands in any more."""

    reason: str
    arranged_by: str

    @property
    def last_day(self) -> date:
        """The last day on which somebody stands in."""
        return self.ended_on - timedelta(days=1)

    @property
    def over(self) -> bool:
        """Whether nobody stands in any more, or ever will."""
        return self.ended_on <= clock.today() or self.ended_on == self.started_on

    @property
    def begun(self) -> bool:
        """Whether it has begun."""
        return self.started_on <= clock.today()


def covers(session: Session) -> list[CoverView]:
    """The absences not yet over that the session's viewer may know of, by their first day."""
    going_on = (Cover.ended_on > clock.today(), Cover.ended_on > Cover.started_on)
    rows = session.execute(_statement().where(*going_on).order_by(Cover.started_on, Cover.id))
    return [CoverView(*row) for row in rows]


def cover(session: Session, uid: UUID) -> CoverView:
    """One absence. Raises NotVisible unless the session's viewer may know of it."""
    row = session.execute(_statement().where(Cover.uid == uid)).one_or_none()
    if row is None:
        raise NotVisible
    return CoverView(*row)


def standing_in_for(session: Session, staff_ids: Collection[int]) -> set[int]:
    """Who stands in today for one of these, as far as the session's viewer may know."""
    today = clock.today()
    stand_ins = (
        select(Cover.cover_id)
        .join(Staff, Staff.id == Cover.cover_id)
        .where(
            Cover.absent_id.in_(staff_ids),
            Cover.family_id.is_(None),
            Cover.started_on <= today,
            Cover.ended_on > today,
            Staff.active,
        )
    )
    return set(session.scalars(stand_ins))


def may_be_absent(session: Session, actor: Actor) -> list[StaffView]:
    """Those for whom the actor arranges who stands in, by name."""
    theirs = (Staff.id == actor.staff_id) | answers_to_viewer(COVERED_BY_MANAGERS)
    return _choice(session, None if actor.has(Role.SERVICE_LEAD) else theirs)


def may_stand_in(session: Session, actor: Actor) -> list[StaffView]:
    """Those whom the actor may ask to stand in, by name: a manager her hubs' people and peers."""
    peers = Post.role.in_([Role.HUB_MANAGER, Role.SERVICE_LEAD])
    near = Staff.posts.any(held_today() & (Post.hub_id.in_(actor.managed_hub_ids) | peers))
    everybody = actor.has(Role.SERVICE_LEAD)
    return [
        person
        for person in _choice(session, None if everybody else near)
        if person.id != actor.staff_id
    ]


def _choice(session: Session, condition: ColumnElement[bool] | None) -> list[StaffView]:
    found = select(Staff.id, Staff.name, Staff.email).where(Staff.active).order_by(Staff.name)
    rows = session.execute(found if condition is None else found.where(condition))
    return [StaffView(*row) for row in rows]


def _statement() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Cover.uid,
            Cover.absent_id,
            _Absent.name,
            _Stand_in.name,
            Cover.started_on,
            Cover.ended_on,
            Cover.reason,
            _Arranger.name,
        )
        .join(_Absent, _Absent.id == Cover.absent_id)
        .join(_Stand_in, _Stand_in.id == Cover.cover_id)
        .join(_Arranger, _Arranger.id == Cover.arranged_by)
        .where(Cover.family_id.is_(None))
    )
