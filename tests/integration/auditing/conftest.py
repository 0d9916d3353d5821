"""A family in which things were done and read, and an officer who reads of all of it."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from tests.conftest import PageClient
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import Case, a_case

Browse = Callable[[Actor], PageClient]


@pytest.fixture
def case(session: Session) -> Case:
    """A family with its team."""
    return a_case(session)


@pytest.fixture
def officer(session: Session) -> Actor:
    """The information officer."""
    return a_member_of_staff(session, "information_officer", None)


@pytest.fixture
def browse(session: Session, client: PageClient) -> Browse:
    """Signs in as somebody."""

    def sign_in(actor: Actor) -> PageClient:
        session.commit()
        return client.sign_in(actor.staff_id)

    return sign_in
