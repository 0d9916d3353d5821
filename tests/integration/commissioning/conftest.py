"""A hub to test with."""

import pytest
from sqlalchemy.orm import Session

from tests.factories.commissioning import Place, a_place


@pytest.fixture
def place(session: Session) -> Place:
    """A hub with £1,000.00 in its purse."""
    return a_place(session)
