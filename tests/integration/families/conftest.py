"""A family to test with, and a database with real commits."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from tests.conftest import Database
from tests.factories.families import Case, a_case


@pytest.fixture
def case(session: Session) -> Case:
    """A family with its team; the session reads for its key worker."""
    return a_case(session)


@pytest.fixture
def engine_of_own(scratch: Database) -> Iterator[Engine]:
    """A database whose commits are real."""
    engine = create_engine(scratch.url, hide_parameters=True)
    yield engine
    engine.dispose()
