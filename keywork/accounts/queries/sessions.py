"""Reads about sign-ins: who a browser is, and which browsers a person is signed in on.

All but `session_by_token` say for whom they read; the caller reads as `task:accounts`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from keywork.accounts.models import Credential, RecoveryCode, SecondFactor, StaffSession
from keywork.accounts.policy import Actor
from keywork.accounts.policy.sign_in import over_at, rules
from keywork.accounts.queries.staff import actor_of, actor_rows
from keywork.kernel import clock


@dataclass(frozen=True)
class SessionView:
    """The sign-in of a browser, and who signed in."""

    uid: UUID
    actor: Actor
    way: str
    """By what they have proved who they are."""

    awaits: str | None
    """What it lacks before it opens anything: `code`, `new_password`, `second_factor`."""

    last_seen_at: datetime
    over_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether it has run out."""
        return clock.now() >= self.over_at

    @property
    def unheard_for(self) -> timedelta:
        """How long ago it was last noted that it is in use."""
        return clock.now() - self.last_seen_at

    @property
    def is_open(self) -> bool:
        """Whether it opens pages."""
        return self.awaits is None and not self.is_over


@dataclass(frozen=True)
class Device:
    """A browser that a person is signed in on."""

    uid: UUID
    browser: str
    began_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class Account:
    """How a person proves who they are."""

    has_password: bool
    changed_at: datetime | None
    enrolled_at: datetime | None
    codes_left: int


def token_hash(token: str) -> bytes:
    """What is kept of a random token. It is too long to guess, so a plain hash does."""
    return sha256(token.encode()).digest()


def session_by_token(session: Session, token: str) -> SessionView | None:
    """The sign-in that this token names, run out or not; None when it was ended or nobody's."""
    named = (StaffSession.token_hash == token_hash(token)) & StaffSession.ended_at.is_(None)
    whose = select(StaffSession.staff_id).where(named).scalar_subquery()
    rows = session.execute(
        actor_rows(whose).join(StaffSession, named).add_columns(StaffSession)
    ).all()
    actor = actor_of(rows)
    if actor is None:
        return None
    found: StaffSession = rows[0].StaffSession
    over = over_at(found.began_at, found.last_seen_at, unfinished=found.awaits is not None)
    return SessionView(found.uid, actor, found.way, found.awaits, found.last_seen_at, over)


def devices(session: Session, staff_id: int) -> list[Device]:
    """Where the person is signed in now, the browser last used first."""
    now = clock.now()
    rows = session.scalars(
        select(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.awaits.is_(None),
            StaffSession.began_at > now - rules().longest_session,
            StaffSession.last_seen_at > now - rules().idle,
        )
        .order_by(StaffSession.last_seen_at.desc(), StaffSession.id.desc())
    )
    return [Device(row.uid, row.browser, row.began_at, row.last_seen_at) for row in rows]


def account(session: Session, staff_id: int) -> Account:
    """What the person has to sign in with."""
    left = (
        select(func.count())
        .where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    row = session.execute(
        select(Credential.changed_at, SecondFactor.enrolled_at, left.label("left"))
        .select_from(Credential)
        .join(SecondFactor, SecondFactor.staff_id == Credential.staff_id, full=True)
        .where(or_(Credential.staff_id == staff_id, SecondFactor.staff_id == staff_id))
    ).one_or_none()
    if row is None:
        return Account(False, None, None, 0)
    return Account(row.changed_at is not None, row.changed_at, row.enrolled_at, row.left)
