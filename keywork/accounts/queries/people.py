"""Reads about who works here, for those who look after their accounts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Text, func, literal, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, selectinload

from keywork.accounts.models import Hub, Post, Role, Staff
from keywork.accounts.policy import GIVEN_BY_MANAGERS, ROLE_NAMES, Actor, may_give
from keywork.accounts.queries.staff import held_today
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible


@dataclass(frozen=True)
class PostView:
    """A post, as it is shown to those who give and end posts."""

    uid: UUID
    role: str
    hub: str
    """Empty for a post at no one hub."""

    started_on: date
    ended_on: date | None
    """The first day on which it is no longer held."""

    may_end: bool

    @property
    def title(self) -> str:
        """The role and where: Key worker, Norbridge North."""
        return ", ".join(filter(None, (ROLE_NAMES[self.role], self.hub)))

    @property
    def last_day(self) -> date | None:
        """The last day on which it is held, if that is known."""
        return self.ended_on - timedelta(days=1) if self.ended_on else None

    @property
    def over(self) -> bool:
        """Whether it is held no more."""
        return self.ended_on is not None and self.ended_on <= clock.today()


@dataclass(frozen=True)
class PersonView:
    """A member of staff, for those who look after their account."""

    id: int
    uid: UUID
    name: str
    email: str
    active: bool
    posts: list[PostView]
    last_sign_in: date | None
    second_factor: bool
    may_change: bool
    """Whether the account is the viewer's to end, bring back and help with."""

    @property
    def held(self) -> list[PostView]:
        """The posts that they hold, or will hold."""
        return [post for post in self.posts if not post.over]


def people(session: Session, actor: Actor, *, left: bool = False) -> list[PersonView]:
    """Who works here, or has left: to a service lead everybody, to a manager her hubs' people."""
    return _people(session, actor, Staff.active.is_(not left))


def person(session: Session, actor: Actor, uid: UUID) -> PersonView:
    """One of these people. Raises NotVisible for anybody else."""
    for found in _people(session, actor, Staff.uid == uid):
        return found
    raise NotVisible


def answers_to_viewer(roles: Collection[str]) -> ColumnElement[bool]:
    """That a member of staff works under the viewer, in some of these roles, and nowhere else."""
    listed = literal(sorted(roles), ARRAY(Text))
    return func.answers_to_viewer(Staff.id, listed, type_=Boolean)


def _people(session: Session, actor: Actor, condition: ColumnElement[bool]) -> list[PersonView]:
    lead = actor.has(Role.SERVICE_LEAD)
    under = true() if lead else answers_to_viewer(GIVEN_BY_MANAGERS)
    near = Staff.active & Staff.posts.any(held_today() & Post.hub_id.in_(actor.managed_hub_ids))
    rows = session.execute(
        select(Staff, under)
        .where(condition, true() if lead else under | near)
        .order_by(Staff.name, Staff.id)
        .options(selectinload(Staff.posts))
        .execution_options(populate_existing=True)
    ).all()
    hubs = {row.id: row.name for row in session.execute(select(Hub.id, Hub.name))}
    facts = {row.staff_id: row for row in session.execute(_FACTS)}
    return [
        PersonView(
            id=staff.id,
            uid=staff.uid,
            name=staff.name,
            email=staff.email,
            active=staff.active,
            posts=_posts(actor, staff.posts, hubs),
            last_sign_in=facts[staff.id].last_on if staff.id in facts else None,
            second_factor=staff.id in facts and facts[staff.id].second_factor,
            may_change=answers and staff.id != actor.staff_id,
        )
        for staff, answers in rows
    ]


_FACTS = text("SELECT staff_id, last_on, second_factor FROM sign_in_facts()")


def _posts(actor: Actor, posts: Sequence[Post], hubs: dict[int, str]) -> list[PostView]:
    views = [
        PostView(
            uid=post.uid,
            role=post.role,
            hub=hubs[post.hub_id] if post.hub_id else "",
            started_on=post.started_on,
            ended_on=post.ended_on,
            may_end=may_give(actor, post.staff_id, post.role, post.hub_id),
        )
        for post in posts
    ]
    return sorted(views, key=lambda view: (view.over, view.started_on, view.title))
