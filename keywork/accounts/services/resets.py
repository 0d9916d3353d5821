"""A new password for whoever forgot theirs, by a link that is mailed and works once."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from keywork.accounts.models import Credential, PasswordReset, Staff
from keywork.accounts.policy.sign_in import rules
from keywork.accounts.queries.sessions import token_hash
from keywork.accounts.services.devices import ACCOUNTS
from keywork.accounts.services.passwords import change_password
from keywork.kernel import clock, outbox
from keywork.kernel.errors import Refusal
from keywork.kernel.viewer import acting_as


@dataclass(frozen=True)
class ResetLetter:
    """What to write, and to whom."""

    key: str
    address: str
    token: str
    invited: bool


def invite(session: Session, staff_id: int) -> None:
    """Have a link mailed to somebody new, or back, with which to choose a password."""
    _ask(session, staff_id, invited=True)


def ask_reset(session: Session, email: str) -> None:
    """Have a link mailed to the person with this address, if there is one.

    The same is written whether there is one or not, so that neither answer nor time tell.
    """
    with acting_as(session, ACCOUNTS):
        staff_id = session.scalar(
            select(Staff.id)
            .join(Credential, Credential.staff_id == Staff.id)
            .where(func.lower(Staff.email) == email.strip().lower(), Staff.active)
        )
    _ask(session, staff_id)


def take_for_email(session: Session, reset_id: int) -> ResetLetter | None:
    """The letter for what was asked, its token made now and only its hash kept.

    None when the address was nobody's, or the asking is too old by now. The session reads as
    `task:accounts`.
    """
    asked = session.get(PasswordReset, reset_id, with_for_update=True)
    if asked is None or asked.staff_id is None or asked.used_at:
        return None
    if clock.now() - asked.asked_at > rules().invitation:
        return None
    staff = session.get_one(Staff, asked.staff_id)
    if not staff.active:
        return None
    token = secrets.token_urlsafe(32)
    asked.token_hash, asked.sent_at = token_hash(token), clock.now()
    return ResetLetter(f"reset-{reset_id}", staff.email, token, asked.invited)


def reset_password(session: Session, token: str, password: str) -> None:
    """Give whoever was mailed this token a new password; the token and its like are used up.

    It ends all their sign-ins and opens none: they sign in, and give their code as always.
    """
    now = clock.now()
    with acting_as(session, ACCOUNTS):
        staff_id = session.scalar(
            select(PasswordReset.staff_id)
            .join(Staff, Staff.id == PasswordReset.staff_id)
            .where(
                PasswordReset.token_hash == token_hash(token),
                PasswordReset.used_at.is_(None),
                PasswordReset.sent_at > now - _lasts(),
                Staff.active,
            )
            .with_for_update(of=PasswordReset)
        )
        if staff_id is None:
            raise Refusal("This link has been used or is too old. Ask for another")
    change_password(session, staff_id, password)
    with acting_as(session, ACCOUNTS):
        session.execute(
            update(PasswordReset)
            .where(
                PasswordReset.staff_id == staff_id,
                PasswordReset.sent_at.is_not(None),
                PasswordReset.used_at.is_(None),
            )
            .values(used_at=now)
            .execution_options(synchronize_session=False)
        )


def _ask(session: Session, staff_id: int | None, *, invited: bool = False) -> None:
    asked = PasswordReset(staff_id=staff_id, invited=invited)
    with acting_as(session, ACCOUNTS):
        session.add(asked)
        session.flush()
        outbox.enqueue(session, "accounts.email_reset", reset_id=asked.id)


def _lasts() -> ColumnElement[timedelta]:
    """How long a link works."""
    return case((PasswordReset.invited, rules().invitation), else_=rules().reset)
