"""Hubs and staff."""

from functools import cache
from itertools import count

from sqlalchemy.orm import Session

from keywork.accounts import queries, services
from keywork.accounts.policy import Actor

PASSWORD = "correct horse battery"
_numbers = count(1)


@cache
def password_hash() -> str:
    """The hash of PASSWORD, worked out once."""
    return services.hash_password(PASSWORD)


def a_hub(session: Session, districts: tuple[str, ...] = ("ZZ1",)) -> int:
    """A new hub; returns its id."""
    number = next(_numbers)
    return services.add_hub(session, f"H{number}", f"Hub {number}", list(districts))


def a_member_of_staff(session: Session, role: str, hub_id: int | None) -> Actor:
    """A new member of staff with one post."""
    number = next(_numbers)
    staff_id = services.add_staff(
        session,
        f"person{number}@example.test",
        f"Person {number}",
        password_hash(),
        (role, hub_id),
    )
    actor = queries.actor(session, staff_id)
    assert actor is not None
    return actor
