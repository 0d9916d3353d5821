"""Who the council's identity provider says somebody is: the account, and what they do here."""

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from keywork.accounts.models import Hub, Post, Staff, StaffIdentity
from keywork.accounts.policy.identity import Identity, IdentityRules
from keywork.kernel import audit, clock


def staff_of(session: Session, identity: Identity, rules: IdentityRules) -> int | None:
    """The active member of staff whom the provider means; None when there is none.

    The first time they are found by their address, if it is surely theirs; from then on by the
    provider's own name for them, whatever their address becomes. The session reads as
    `task:accounts`.
    """
    if not (identity.issuer and identity.subject):
        return None
    named = select(StaffIdentity.staff_id).where(
        StaffIdentity.issuer == identity.issuer, StaffIdentity.subject == identity.subject
    )
    known = session.scalar(named)
    if known is not None:
        return session.scalar(select(Staff.id).where(Staff.id == known, Staff.active))
    if not (identity.email and rules.verified(identity)):
        return None
    found = session.scalar(
        select(Staff.id).where(func.lower(Staff.email) == identity.email.lower(), Staff.active)
    )
    if found is None:
        return None
    values = {"staff_id": found, "issuer": identity.issuer, "subject": identity.subject}
    link = insert(StaffIdentity).values(values).on_conflict_do_nothing()
    if session.scalar(link.returning(StaffIdentity.staff_id)) is not None:
        audit.record(session, "staff.link", f"staff:{found}")
    # None when they were linked to another name before.
    return session.scalar(named.where(StaffIdentity.staff_id == found))


def synchronise_posts(
    session: Session, staff_id: int, identity: Identity, rules: IdentityRules
) -> None:
    """Give and end posts until those in the roles that the provider governs are what it says.

    The session writes as `task:accounts`.
    """
    if not rules.posts_from_groups:
        return
    today = clock.today()
    hubs = {row.code: row.id for row in session.execute(select(Hub.code, Hub.id))}
    named = rules.posts(identity.groups)
    wanted = {(role, hubs.get(hub)) for role, hub in named if not hub or hub in hubs}
    held = session.scalars(
        select(Post)
        .where(
            Post.staff_id == staff_id,
            Post.role.in_(rules.governed),
            or_(Post.ended_on.is_(None), Post.ended_on > today),
        )
        .with_for_update()
    ).all()
    for post in held:
        if (post.role, post.hub_id) not in wanted:
            post.ended_on = max(today, post.started_on)
            audit.record(session, "staff.end_post", f"staff:{staff_id}")
    for role, hub_id in wanted - {(post.role, post.hub_id) for post in held}:
        session.add(Post(staff_id=staff_id, role=role, hub_id=hub_id, started_on=today))
        audit.record(session, "staff.give_post", f"staff:{staff_id}")
    session.flush()
