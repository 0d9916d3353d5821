"""A family to test with."""

import pytest
from sqlalchemy.orm import Session

from tests.factories.families import Case, a_case


@pytest.fixture
def case(session: Session) -> Case:
    """A family with its team; the session reads for its key worker."""
    return a_case(session)
