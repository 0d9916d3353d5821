"""Hubs and staff."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count

import pyotp
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts import queries, services
from keywork.accounts.policy import Actor
from keywork.kernel.viewer import set_viewer, system_task

ACCOUNTS = system_task("accounts")
PASSWORD = "correct horse battery"
_numbers = count(1)


@cache
def password_hash() -> str:
    """The hash of PASSWORD, worked out once."""
    return services.hash_password(PASSWORD)


@contextmanager
def as_accounts(session: Session) -> Iterator[None]:
    """Write what accounts alone may; the session reads as before afterwards, be it for nobody."""
    session.flush()
    before = session.info.get("viewer")
    set_viewer(session, ACCOUNTS)
    yield
    session.flush()
    if before is not None:
        set_viewer(session, before)
    else:
        del session.info["viewer"]
        session.execute(text("SELECT set_config('keywork.viewer', '', true)"))


def a_hub(session: Session, districts: tuple[str, ...] = ("ZZ1",)) -> int:
    """A new hub; returns its id."""
    number = next(_numbers)
    with as_accounts(session):
        return services.add_hub(session, f"H{number}", f"Hub {number}", list(districts))


def a_member_of_staff(
    session: Session, role: str, hub_id: int | None, *, waived: bool = True
) -> Actor:
    """A new member of staff with one post, who may be excused the second factor."""
    number = next(_numbers)
    with as_accounts(session):
        staff_id = services.add_staff(
            session,
            f"person{number}@example.test",
            f"Person {number}",
            password_hash(),
            (role, hub_id),
            waived=waived,
        )
        actor = queries.actor(session, staff_id)
    assert actor is not None
    return actor


def with_app(session: Session, staff_id: int) -> str:
    """Set up an authenticator app for somebody; returns its secret. Its next code is good."""
    secret = pyotp.random_base32()
    with as_accounts(session):
        services.enrol(session, staff_id, secret, pyotp.TOTP(secret).now())
    return secret


def next_code(secret: str, later: int = 1) -> str:
    """The code that an app with this secret shows so many half minutes from now."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * later)
