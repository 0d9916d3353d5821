"""Reads about staff and hubs."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, any_, func, literal, or_, select
from sqlalchemy.orm import Session

from keywork.accounts.models import Cover, Hub, Post, Role, Staff
from keywork.accounts.policy import Actor
from keywork.kernel import clock


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


def actor(session: Session, staff_id: int, stamp: str | None = None) -> Actor | None:
    """The actor for an active member of staff; None when unknown, a leaver or signed out.

    They act for whomever they stand in for today, too, as far as the session's viewer may know of
    that. `stamp` is the session stamp of their sign-in, checked when given.
    """
    today = clock.today()
    covers = select(Cover.absent_id).where(
        Cover.cover_id == staff_id,
        Cover.family_id.is_(None),
        Cover.started_on <= today,
        Cover.ended_on > today,
    )
    theirs = or_(Post.staff_id == Staff.id, Post.staff_id.in_(covers))
    rows = session.execute(
        select(Staff, Post)
        .outerjoin(Post, theirs & or_(Post.ended_on.is_(None), Post.ended_on > today))
        .where(Staff.id == staff_id, Staff.active)
    ).all()
    if not rows or (stamp is not None and rows[0].Staff.session_stamp != stamp):
        return None
    staff, posts = rows[0].Staff, [row.Post for row in rows if row.Post]
    return Actor(
        staff_id=staff.id,
        name=staff.name,
        email=staff.email,
        roles=frozenset(p.role for p in posts),
        hub_ids=frozenset(p.hub_id for p in posts if p.hub_id is not None),
        managed_hub_ids=frozenset(
            p.hub_id for p in posts if p.role == Role.HUB_MANAGER and p.hub_id is not None
        ),
    )


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
        .where(Staff.active, Staff.posts.any(_held_today(roles) & (Post.hub_id == hub_id)))
        .order_by(Staff.name)
    )
    return [_staff_view(row) for row in rows]


def staff_with(session: Session, role: str) -> list[StaffView]:
    """The active staff who hold the role today, at any hub or none, by name."""
    rows = session.scalars(
        select(Staff).where(Staff.active, Staff.posts.any(_held_today([role]))).order_by(Staff.name)
    )
    return [_staff_view(row) for row in rows]


def hubs(session: Session) -> list[HubView]:
    """Every hub, by name."""
    rows = session.scalars(select(Hub).order_by(Hub.name))
    return [HubView(row.id, row.code, row.name) for row in rows]


def hub_for_postcode(session: Session, postcode: str) -> HubView | None:
    """The hub whose patch holds the postcode, or None."""
    district = postcode.replace(" ", "").upper()[:-3]
    row = session.scalar(select(Hub).where(literal(district) == any_(Hub.postcode_districts)))
    return HubView(row.id, row.code, row.name) if row else None


def _held_today(roles: Collection[str]) -> ColumnElement[bool]:
    return Post.role.in_(roles) & or_(Post.ended_on.is_(None), Post.ended_on > clock.today())


def _staff_view(row: Staff) -> StaffView:
    return StaffView(row.id, row.name, row.email)
