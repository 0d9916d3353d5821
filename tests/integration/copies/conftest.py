"""A family that must not be told everything of each other."""

import pytest
from sqlalchemy.orm import Session

from tests.factories.copies import Story, a_story


@pytest.fixture
def story(session: Session) -> Story:
    """The mother, the father and their children; the session reads for the key worker."""
    return a_story(session)
