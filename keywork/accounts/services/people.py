"""Writes about who works here: joining, posts, leaving and coming back."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from keywork.accounts import queries
from keywork.accounts.models import Post, Staff, StaffIdentity
from keywork.accounts.policy import AT_A_HUB, AT_NO_HUB, Actor, may_give
from keywork.accounts.services import resets, second_factor
from keywork.accounts.services.devices import ACCOUNTS, end_sessions
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.kernel.viewer import acting_as

explain_constraint(
    "staff_email_key", "Somebody has an account with this email address already", "email"
)
explain_constraint("post_current_key", "They hold this post already", "role")
explain_constraint("post_stays_ended", "This post has ended already. Open the page again")


def add_person(
    session: Session, actor: Actor, *, name: str, email: str, role: str, hub_id: int | None
) -> UUID:
    """A new colleague with a post from today on, who is invited by e-mail to set a password."""
    _expect_post(actor, 0, role, hub_id)
    staff = Staff(name=name, email=email, active=True)
    session.add(staff)
    session.flush()
    session.add(Post(staff_id=staff.id, role=role, hub_id=hub_id, started_on=clock.today()))
    session.flush()
    audit.record(session, "staff.add", f"staff:{staff.id}")
    resets.invite(session, staff.id)
    return staff.uid


def give_post(
    session: Session,
    actor: Actor,
    uid: UUID,
    *,
    role: str,
    hub_id: int | None,
    first: date,
    last: date | None,
) -> None:
    """Let a colleague do something here from a day on, until the last day if there is one."""
    staff = _find(session, actor, uid)
    if not staff.active:
        raise Stale(f"{staff.name} has left. Bring them back first")
    _expect_post(actor, staff.id, role, hub_id)
    if last is not None and last < max(first, clock.today()):
        raise Refusal("The last day must be today or later, and not before the first", "last")
    until = last + timedelta(days=1) if last else None
    session.add(Post(staff_id=staff.id, role=role, hub_id=hub_id, started_on=first, ended_on=until))
    session.flush()
    audit.record(session, "staff.give_post", f"staff:{staff.id}")


def end_post(session: Session, actor: Actor, uid: UUID, post_uid: UUID, last: date | None) -> None:
    """Have a colleague do something no more, from now on or after a last day."""
    staff = _find(session, actor, uid)
    post = session.scalar(
        select(Post)
        .where(Post.uid == post_uid, Post.staff_id == staff.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if post is None or not may_give(actor, staff.id, post.role, post.hub_id):
        raise NotVisible
    today = clock.today()
    if post.ended_on is not None and post.ended_on <= today:
        raise Stale("This post has ended already")
    if last is not None and last < today:
        raise Refusal("The last day must be today or later", "last")
    post.ended_on = max(last + timedelta(days=1) if last else today, post.started_on)
    session.flush()
    audit.record(session, "staff.end_post", f"staff:{staff.id}")


def mark_left(session: Session, actor: Actor, uid: UUID) -> None:
    """End everything that a colleague does here, at once: posts, sign-ins, council sign-in."""
    staff = _account(session, actor, uid)
    if not staff.active:
        raise Stale(f"{staff.name} is marked as left already")
    today = clock.today()
    held = select(Post).where(
        Post.staff_id == staff.id, or_(Post.ended_on.is_(None), Post.ended_on > today)
    )
    for post in session.scalars(held.with_for_update()):
        post.ended_on = max(today, post.started_on)
    session.flush()
    staff.active = False
    session.flush()
    with acting_as(session, ACCOUNTS):
        session.execute(delete(StaffIdentity).where(StaffIdentity.staff_id == staff.id))
    end_sessions(session, staff.id)
    audit.record(session, "staff.leave", f"staff:{staff.id}")


def bring_back(session: Session, actor: Actor, uid: UUID, *, role: str, hub_id: int | None) -> None:
    """Let somebody who left work here again, from today on; they set a new password.

    They are in no family's team and stand in for nobody: the database ends what they had before.
    """
    staff = _account(session, actor, uid)
    if staff.active:
        raise Stale(f"{staff.name} is back already")
    _expect_post(actor, staff.id, role, hub_id)
    session.add(Post(staff_id=staff.id, role=role, hub_id=hub_id, started_on=clock.today()))
    session.flush()
    staff.active = True
    session.flush()
    audit.record(session, "staff.return", f"staff:{staff.id}")
    resets.invite(session, staff.id)


def reset_colleagues_factor(session: Session, actor: Actor, uid: UUID) -> None:
    """Let somebody who has lost their phone set up another second step; they are told."""
    staff = _account(session, actor, uid)
    second_factor.reset_second_factor(session, staff.id)


def end_colleagues_sessions(session: Session, actor: Actor, uid: UUID) -> None:
    """Sign a colleague out everywhere."""
    staff = _account(session, actor, uid)
    end_sessions(session, staff.id)
    audit.record(session, "staff.signed_out", f"staff:{staff.id}")


def _find(session: Session, actor: Actor, uid: UUID) -> Staff:
    """A colleague whom the actor may see on the list of those who work here."""
    queries.person(session, actor, uid)
    return session.scalars(select(Staff).where(Staff.uid == uid)).one()


def _account(session: Session, actor: Actor, uid: UUID) -> Staff:
    """A colleague whose account is the actor's to change, locked."""
    if not queries.person(session, actor, uid).may_change:
        raise NotVisible
    return session.scalars(
        select(Staff)
        .where(Staff.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _expect_post(actor: Actor, staff_id: int, role: str, hub_id: int | None) -> None:
    """That there is such a post, and that it is the actor's to give."""
    if role in AT_A_HUB and hub_id is None:
        raise Refusal("Choose the hub", "hub")
    if role in AT_NO_HUB and hub_id is not None:
        raise Refusal("This role is at no one hub: leave the hub empty", "hub")
    if not may_give(actor, staff_id, role, hub_id):
        raise Refusal("Choose a role and a hub that are yours to give", "role")
