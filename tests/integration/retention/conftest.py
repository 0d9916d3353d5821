"""A policy that has nothing kept, and a database to erase from."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from keywork.local.databases import connect
from keywork.local.stack import Stack
from tests.conftest import Database
from tests.factories.retention import AT_ONCE

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whatever is closed have been kept long enough."""
    for module in ("deciding", "reviewing"):
        name = f"keywork.retention.services.{module}.policy_on"
        monkeypatch.setattr(name, lambda _day: AT_ONCE)


@pytest.fixture
def engine_of_own(scratch: Database) -> Iterator[Engine]:
    """A database whose commits are real."""
    engine = create_engine(scratch.url, hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture
def rows(stack: Stack, scratch: Database) -> Iterator[Rows]:
    """Reads the database of `engine_of_own` past every policy, as its server's superuser."""
    name = make_url(scratch.url).database
    url = make_url(stack.superuser_url).set(database=name).render_as_string(hide_password=False)
    with connect(url) as connection:

        def read(query: Any, *values: object) -> list[tuple[Any, ...]]:
            return connection.execute(psycopg.sql.SQL(query), values).fetchall()

        yield read
