"""New hubs and accounts, as the command line and the demonstration make them."""

from sqlalchemy.orm import Session

from keywork.accounts.models import Credential, Hub, Post, Staff
from keywork.accounts.services.devices import ACCOUNTS
from keywork.kernel import clock
from keywork.kernel.viewer import acting_as


def add_hub(session: Session, code: str, name: str, postcode_districts: list[str]) -> int:
    """A new hub; returns its id."""
    hub = Hub(code=code, name=name, postcode_districts=postcode_districts)
    session.add(hub)
    session.flush()
    return hub.id


def add_staff(
    session: Session,
    email: str,
    name: str,
    password_hash: str,
    *posts: tuple[str, int | None],
    waived: bool = False,
) -> int:
    """A new account holding `posts`, each a role and a hub id or None; returns its id.

    `waived` marks it as one of an invented person, who needs no second factor where the setting
    KEYWORK_SECOND_FACTOR_WAIVERS says that there are such people.
    """
    staff = Staff(
        email=email,
        name=name,
        active=True,
        posts=[Post(role=role, hub_id=hub, started_on=clock.today()) for role, hub in posts],
    )
    session.add(staff)
    session.flush()
    second_factor = "waived" if waived else "required"
    with acting_as(session, ACCOUNTS):
        session.add(
            Credential(staff_id=staff.id, password_hash=password_hash, second_factor=second_factor)
        )
    return staff.id
