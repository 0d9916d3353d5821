"""Sign-ins: each a row, named by a random token that only the browser's cookie holds."""

import secrets
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, true, update
from sqlalchemy.orm import Session

from keywork.accounts.models import PasswordReset, StaffSession
from keywork.accounts.policy.sign_in import rules
from keywork.accounts.queries.sessions import token_hash
from keywork.kernel import audit, clock
from keywork.kernel.viewer import acting_as, system_task

ACCOUNTS: Final = system_task("accounts")
"""Who alone reads and writes what proves who somebody is."""


def begin_session(
    session: Session, staff_id: int, *, way: str, browser: str, awaits: str | None = None
) -> str:
    """A new sign-in; returns its token. With `awaits` it opens nothing until that was given."""
    token = secrets.token_urlsafe(32)
    begun = StaffSession(
        token_hash=token_hash(token), staff_id=staff_id, way=way, awaits=awaits, browser=browser
    )
    with acting_as(session, ACCOUNTS):
        session.add(begun)
    return token


def go_on(session: Session, uid: UUID, *, awaits: str | None, way: str | None = None) -> str:
    """One more proof was given: what the sign-in awaits now. Returns its new token."""
    token = secrets.token_urlsafe(32)
    changed = {"token_hash": token_hash(token), "awaits": awaits, "last_seen_at": clock.now()}
    _update(session, StaffSession.uid == uid, changed | ({"way": way} if way else {}))
    return token


def saw(session: Session, uid: UUID) -> None:
    """Something was heard from this sign-in just now."""
    _update(session, StaffSession.uid == uid, {"last_seen_at": clock.now()})


def end_session(session: Session, staff_id: int, uid: UUID) -> None:
    """End one sign-in of the person. Nothing happens if it is not theirs or is over."""
    _end(session, staff_id, StaffSession.uid == uid)


def end_sessions(session: Session, staff_id: int, *, but: UUID | None = None) -> None:
    """End every sign-in of the person, or all but one."""
    _end(session, staff_id, StaffSession.uid != but if but else true())


def sweep_sessions(session: Session) -> None:
    """Delete what nobody needs any more; the audit remembers."""
    before = clock.now() - rules().kept
    session.execute(delete(StaffSession).where(StaffSession.began_at < before))
    session.execute(delete(PasswordReset).where(PasswordReset.asked_at < before))


def _end(session: Session, staff_id: int, which: ColumnElement[bool]) -> None:
    ended = (
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None), which)
        .values(ended_at=func.now())
        .returning(StaffSession.id)
        .execution_options(synchronize_session=False)
    )
    with acting_as(session, ACCOUNTS):
        count = len(session.scalars(ended).all())
    for _ in range(count):
        audit.record(session, "staff.session_ended", f"staff:{staff_id}")


def _update(session: Session, which: ColumnElement[bool], values: Mapping[str, object]) -> None:
    changed = (
        update(StaffSession).where(which, StaffSession.ended_at.is_(None)).values(dict(values))
    )
    with acting_as(session, ACCOUNTS):
        session.execute(changed.execution_options(synchronize_session=False))
