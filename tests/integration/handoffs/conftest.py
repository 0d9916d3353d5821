"""A hub that takes handoffs, and a browser to look at it with."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from tests.conftest import PageClient
from tests.factories.handoffs import Place, a_place


@pytest.fixture
def place(session: Session) -> Place:
    """A hub."""
    return a_place(session)


@pytest.fixture
def browse(client: PageClient, session: Session) -> Callable[[Actor], PageClient]:
    """The browser, with this person signed in and all that was written so far in view."""

    def signed_in(actor: Actor) -> PageClient:
        session.commit()
        return client.sign_in(actor.staff_id)

    return signed_in
