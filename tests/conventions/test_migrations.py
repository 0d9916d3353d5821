"""Migrations go up, down and up again, and make what the models describe."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from keywork.demo import locality
from keywork.local.databases import OWNER
from keywork.local.stack import Stack
from tests.conftest import Database
from tests.migrate import alembic


@pytest.fixture
def empty(stack: Stack, worker_name: str) -> str:
    """The owner's address of a database with nothing in it."""
    name = f"migrations_{worker_name}"
    stack.drop_database(name)
    stack.create_database(name)
    return stack.url(OWNER, name)


def test_an_empty_database_goes_up_down_and_up(empty: str) -> None:
    config = alembic(empty)
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    command.upgrade(config, "head")


def test_a_database_with_the_demonstration_goes_down_and_up(
    scratch: Database, live_app: Flask
) -> None:
    engine = create_engine(scratch.url)
    with Session(engine) as session:
        for step in locality.steps(session):
            step()
            session.commit()
    engine.dispose()
    config = alembic(scratch.owner_url)
    command.downgrade(config, "base")
    command.upgrade(config, "head")


def test_models_and_migrations_agree(scratch: Database) -> None:
    command.check(alembic(scratch.owner_url))


def test_migrations_form_one_line() -> None:
    script = ScriptDirectory.from_config(alembic("postgresql://"))
    assert len(script.get_heads()) == 1
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)
