"""Passwords: what is kept of them, whether one is right, and changing one."""

import secrets
from dataclasses import dataclass
from functools import cache
from typing import Final
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keywork.accounts.models import Credential, Hub, Post, SecondFactor, Staff
from keywork.accounts.policy.passwords import weakness
from keywork.accounts.services.devices import ACCOUNTS, end_sessions
from keywork.accounts.services.notices import tell
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal
from keywork.kernel.viewer import acting_as

# RFC 9106's second choice: argon2id with 64 MiB, as the library has it.
_HASHER: Final = PasswordHasher()
_SAYABLE: Final = "23456789bcdfghjkmnpqrstvwxz"


@dataclass(frozen=True)
class Asked:
    """What is asked of a person besides their password."""

    must_change: bool
    waived: bool
    """Whether the account is marked as one that needs no second factor."""

    enrolled: bool
    """Whether it has one all the same."""


@dataclass(frozen=True)
class Proof:
    """What an address and a password prove."""

    staff_id: int | None
    """Whose address it is, whatever the password; None when nobody has it."""

    asked: Asked | None
    """What else is asked of them; None unless they may go on."""


@cache
def _nobody() -> str:
    """A hash that no password has."""
    return _HASHER.hash(secrets.token_hex())


def hash_password(password: str) -> str:
    """The argon2 hash to keep of a password."""
    return _HASHER.hash(password)


def prove(session: Session, email: str, password: str) -> Proof:
    """Whether this is the password of whoever has the address, and works here.

    A password is always hashed once: an unknown address, a leaver and a wrong password take the
    same time and say the same.
    """
    with acting_as(session, ACCOUNTS):
        row = session.execute(
            select(Staff.id, Staff.active, Credential, SecondFactor.staff_id.label("enrolled"))
            .join(Credential, Credential.staff_id == Staff.id)
            .outerjoin(SecondFactor, SecondFactor.staff_id == Staff.id)
            .where(func.lower(Staff.email) == email.strip().lower())
        ).one_or_none()
        right = _matches(row.Credential.password_hash if row else _nobody(), password)
        if row is None or not right or not row.active:
            return Proof(row.id if row else None, None)
        kept: Credential = row.Credential
        if _HASHER.check_needs_rehash(kept.password_hash):
            kept.password_hash = hash_password(password)
        return Proof(row.id, _asked(kept, row.enrolled))


def asked_of(session: Session, staff_id: int) -> Asked:
    """What is asked of this person besides their password."""
    with acting_as(session, ACCOUNTS):
        row = session.execute(
            select(Credential, SecondFactor.staff_id.label("enrolled"))
            .select_from(Staff)
            .outerjoin(Credential, Credential.staff_id == Staff.id)
            .outerjoin(SecondFactor, SecondFactor.staff_id == Staff.id)
            .where(Staff.id == staff_id)
        ).one()
    return _asked(row.Credential, row.enrolled)


def check_password(session: Session, staff_id: int, password: str) -> None:
    """Refuse, beside the field `password`, unless it is this person's."""
    with acting_as(session, ACCOUNTS):
        kept = session.scalar(
            select(Credential.password_hash).where(Credential.staff_id == staff_id)
        )
    if not _matches(kept or _nobody(), password):
        raise Refusal("This is not your password", "password")


def change_password(
    session: Session, staff_id: int, password: str, *, keep: UUID | None = None
) -> None:
    """Give the person this password, of their own choosing, and end their sign-ins but `keep`.

    Refuses, beside the field `new_password`, one that is easy to guess or the one they had.
    """
    with acting_as(session, ACCOUNTS):
        if reason := weakness(password, _about(session, staff_id)):
            raise Refusal(reason, "new_password")
        kept = session.get(Credential, staff_id, with_for_update=True)
        if kept and _matches(kept.password_hash, password):
            raise Refusal("Choose a password other than the one you have now", "new_password")
        _keep(session, staff_id, kept, password, must_change=False)
    audit.record(session, "staff.password_changed", f"staff:{staff_id}")
    tell(session, staff_id, "password")
    end_sessions(session, staff_id, but=keep)


def give_temporary_password(session: Session, staff_id: int) -> str:
    """A password to tell the person, which they change when they sign in; ends their sign-ins."""
    letters = "".join(secrets.choice(_SAYABLE) for _ in range(16))
    password = "-".join(letters[at : at + 4] for at in range(0, 16, 4))
    with acting_as(session, ACCOUNTS):
        kept = session.get(Credential, staff_id, with_for_update=True)
        _keep(session, staff_id, kept, password, must_change=True)
    audit.record(session, "staff.password_given", f"staff:{staff_id}")
    end_sessions(session, staff_id)
    return password


def _asked(kept: Credential | None, enrolled: int | None) -> Asked:
    if kept is None:  # who signs in with a council account alone
        return Asked(must_change=False, waived=False, enrolled=enrolled is not None)
    return Asked(kept.must_change, kept.second_factor == "waived", enrolled is not None)


def _keep(
    session: Session, staff_id: int, kept: Credential | None, password: str, *, must_change: bool
) -> None:
    kept = kept or Credential(staff_id=staff_id)
    kept.password_hash, kept.must_change = hash_password(password), must_change
    kept.changed_at = clock.now()
    session.add(kept)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _about(session: Session, staff_id: int) -> list[str]:
    """What somebody who knows the person would try."""
    staff = session.get_one(Staff, staff_id)
    hubs = session.scalars(
        select(Hub.name).join(Post, Post.hub_id == Hub.id).where(Post.staff_id == staff_id)
    )
    return [staff.name, staff.email, *hubs]
