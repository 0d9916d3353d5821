"""Reads about staff and hubs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, any_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from keywork.accounts.models import Cover, Hub, Post, Role, Staff
from keywork.accounts.policy import Actor, StandIn
from keywork.kernel import clock

_Absent = aliased(Staff)


@dataclass(frozen=True)
class HubView:
    """A hub, for showing."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class StaffView:
    """A member of staff, for showing and writing to."""

    id: int
    name: str
    email: str


def actor(session: Session, staff_id: int) -> Actor | None:
    """The actor for an active member of staff; None when unknown or a leaver.

    They act for whomever they stand in for today, too, as far as the session's viewer may know of
    that.
    """
    return actor_of(session.execute(actor_rows(literal(staff_id))).all())


def actor_rows(staff_id: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """What `actor_of` is made of: a row for each post, also of whomever they stand in for."""
    standing_in = (
        (Cover.cover_id == Staff.id)
        & Cover.family_id.is_(None)
        & (Cover.started_on <= clock.today())
        & (Cover.ended_on > clock.today())
    )
    theirs = or_(Post.staff_id == Staff.id, Post.staff_id == Cover.absent_id)
    return (
        select(Staff, Post, Cover, _Absent.name.label("absent"))
        .outerjoin(Cover, standing_in)
        .outerjoin(_Absent, _Absent.id == Cover.absent_id)
        .outerjoin(Post, theirs & held_today())
        .where(Staff.id == staff_id, Staff.active)
    )


def actor_of(rows: Sequence[Row[Any]]) -> Actor | None:
    """The actor whom these rows tell of."""
    if not rows:
        return None
    staff, posts = rows[0].Staff, [row.Post for row in rows if row.Post]
    absent = {
        row.Cover.absent_id: StandIn(
            row.Cover.absent_id, row.absent, row.Cover.ended_on - timedelta(days=1)
        )
        for row in sorted((row for row in rows if row.Cover), key=lambda row: row.Cover.ended_on)
    }
    return Actor(
        staff_id=staff.id,
        name=staff.name,
        email=staff.email,
        roles=frozenset(p.role for p in posts),
        hub_ids=frozenset(p.hub_id for p in posts if p.hub_id is not None),
        managed_hub_ids=frozenset(
            p.hub_id for p in posts if p.role == Role.HUB_MANAGER and p.hub_id is not None
        ),
        stands_in=tuple(absent.values()),
    )


def held_today(roles: Collection[str] | None = None) -> ColumnElement[bool]:
    """That a post is held today, and that it is in one of the roles."""
    today = clock.today()
    held = (Post.started_on <= today) & or_(Post.ended_on.is_(None), Post.ended_on > today)
    return held if roles is None else held & Post.role.in_(roles)


def staff_by_email(session: Session, email: str) -> StaffView | None:
    """The active member of staff with this e-mail address."""
    found = session.scalar(
        select(Staff).where(func.lower(Staff.email) == email.strip().lower(), Staff.active)
    )
    return _staff_view(found) if found else None


def staff_by_id(session: Session, ids: Collection[int]) -> dict[int, StaffView]:
    """Members of staff, leavers included, by id: one statement however many."""
    rows = session.scalars(select(Staff).where(Staff.id.in_(ids)))
    return {row.id: _staff_view(row) for row in rows}


def staff_name(session: Session, staff_id: int) -> str:
    """The name of a member of staff, who may have left."""
    return session.scalars(select(Staff.name).where(Staff.id == staff_id)).one()


def staff_at(session: Session, hub_id: int, *roles: str) -> list[StaffView]:
    """The active staff of a hub who hold one of the roles there today, by name."""
    rows = session.scalars(
        select(Staff)
        .where(Staff.active, Staff.posts.any(held_today(roles) & (Post.hub_id == hub_id)))
        .order_by(Staff.name)
    )
    return [_staff_view(row) for row in rows]


def staff_with(session: Session, role: str) -> list[StaffView]:
    """The active staff who hold the role today, at any hub or none, by name."""
    rows = session.scalars(
        select(Staff).where(Staff.active, Staff.posts.any(held_today([role]))).order_by(Staff.name)
    )
    return [_staff_view(row) for row in rows]


def no_longer(session: Session, ids: Collection[int], role: str) -> set[int]:
    """Who of these has left or holds the role nowhere any more."""
    holds = Staff.active & Staff.posts.any(held_today([role]))
    return set(session.scalars(select(Staff.id).where(Staff.id.in_(ids), ~holds)))


def hubs(session: Session) -> list[HubView]:
    """Every hub, by name."""
    rows = session.scalars(select(Hub).order_by(Hub.name))
    return [HubView(row.id, row.code, row.name) for row in rows]


def hub_for_postcode(session: Session, postcode: str) -> HubView | None:
    """The hub whose patch holds the postcode, or None."""
    district = postcode.replace(" ", "").upper()[:-3]
    row = session.scalar(select(Hub).where(literal(district) == any_(Hub.postcode_districts)))
    return HubView(row.id, row.code, row.name) if row else None


def _staff_view(row: Staff) -> StaffView:
    return StaffView(row.id, row.name, row.email)
