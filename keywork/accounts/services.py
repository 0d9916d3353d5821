"""Writes about staff: new accounts, and signing in."""

import secrets
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keywork.accounts.models import Hub, Post, Staff
from keywork.kernel import clock

_HASHER = PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password has."""
    return _HASHER.hash(secrets.token_hex())


@dataclass(frozen=True)
class SignIn:
    """What a browser's session keeps of a sign-in."""

    staff_id: int
    stamp: str


def sign_in(session: Session, email: str, password: str) -> SignIn | None:
    """The sign-in for a right e-mail address and password, or None.

    An unknown address takes as long to refuse as a wrong password.
    """
    staff = session.scalar(
        select(Staff).where(func.lower(Staff.email) == email.strip().lower(), Staff.active)
    )
    try:
        _HASHER.verify(staff.password_hash if staff else _nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return SignIn(staff.id, staff.session_stamp) if staff else None


def add_hub(session: Session, code: str, name: str, postcode_districts: list[str]) -> int:
    """A new hub; returns its id."""
    hub = Hub(code=code, name=name, postcode_districts=postcode_districts)
    session.add(hub)
    session.flush()
    return hub.id


def hash_password(password: str) -> str:
    """The argon2 hash to keep of a password."""
    return _HASHER.hash(password)


def add_staff(
    session: Session,
    email: str,
    name: str,
    password_hash: str,
    *posts: tuple[str, int | None],
) -> int:
    """A new account holding `posts`, each a role and a hub id or None; returns its id."""
    staff = Staff(
        email=email,
        name=name,
        password_hash=password_hash,
        session_stamp=secrets.token_hex(16),
        active=True,
        posts=[Post(role=role, hub_id=hub, started_on=clock.today()) for role, hub in posts],
    )
    session.add(staff)
    session.flush()
    return staff.id
