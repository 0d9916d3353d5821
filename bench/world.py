"""A migrated database on throw-away servers, with as much in it as a benchmark asks for."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from config.settings import ROOT, settings
from keywork.accounts import services as accounts
from keywork.kernel.viewer import set_viewer, system_task
from tests.migrate import migrate

PEOPLE = """
  INSERT INTO person (given_name, family_name, date_of_birth, name_key)
  SELECT given, 'Family ' || f.id, date '1990-01-01' + f.id::int % 1000 * 7, lower(given || f.id)
  FROM family f, unnest(ARRAY['Alex', 'Sam', 'Robin']) given WHERE f.hub_id = :hub
"""
MEMBERS = """
  INSERT INTO member (family_id, person_id, role)
  SELECT f.id, p.id, CASE p.given_name WHEN 'Alex' THEN 'parent' ELSE 'child' END
  FROM family f JOIN person p ON p.family_name = 'Family ' || f.id
  WHERE f.hub_id = :hub
"""

SOMEBODY = """
  WITH somebody AS (
    INSERT INTO staff (email, name) VALUES (gen_random_uuid() || '@bench.test', 'A ' || :role)
    RETURNING id
  )
  INSERT INTO post (staff_id, role, hub_id) SELECT id, :role, :hub FROM somebody RETURNING staff_id
"""


@dataclass(frozen=True)
class World:
    """The application on a database of its own, and the worker who signs in."""

    app: Flask
    engine: Engine
    """The same database, as the application role."""

    owner: Engine
    """The same as its owner, who sees all rows of the record: for floors."""

    staff_id: int
    manager_id: int
    hub_id: int


@contextmanager
def world(families: int) -> Iterator[World]:
    """A hub with one key worker who has this many families.

    The servers are those in the environment: `make bench` brings throw-away ones.
    """
    owner = os.environ["KEYWORK_OWNER_DATABASE_URL"]
    migrate(owner, "head")
    settings.cache_clear()
    from keywork import create_app

    with tempfile.TemporaryDirectory() as files:
        os.environ["KEYWORK_FILES_DIR"] = str(Path(files))
        app = create_app()
        app.config.update(WTF_CSRF_ENABLED=False)
        engine = create_engine(os.environ["KEYWORK_DATABASE_URL"])
        _load_policy(engine)
        ids = _fill(engine, families)
        everything = create_engine(owner)
        with everything.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))  # as any database that has run for a minute
        yield World(app, engine, everything, ids["key_worker"], ids["hub_manager"], ids["hub"])
        everything.dispose()
        engine.dispose()


def signed_in(here: World) -> FlaskClient:
    """A browser in which the key worker has signed in."""
    with Session(here.engine) as session:
        set_viewer(session, accounts.ACCOUNTS)
        token = accounts.begin_session(session, here.staff_id, way="password", browser="A browser")
        session.commit()
    client = here.app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def _load_policy(engine: Engine) -> None:
    """A filed policy that approves all of it at once."""
    from keywork.commissioning.services import load_policy

    document = (ROOT / "config" / "policy" / "approval.toml").read_text()
    with Session(engine) as session:
        set_viewer(session, system_task("commissioning"))
        load_policy(session, document.replace("limit = 300_00", "limit = 100_000_00"))
        session.commit()


def _fill(engine: Engine, families: int) -> dict[str, Any]:
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('keywork.viewer', 'task:accounts', true)"))
        hub = connection.scalar(
            text(
                "INSERT INTO hub (code, name, postcode_districts)"
                " VALUES (gen_random_uuid(), gen_random_uuid(), '{}') RETURNING id"
            )
        )
        here = {"hub": hub, "families": families}
        for role in ("key_worker", "hub_manager"):
            here[role] = connection.scalar(text(SOMEBODY), here | {"role": role})
        here["viewer"] = f"staff:{here['hub_manager']}"
        for statement in (
            "SELECT set_config('keywork.viewer', :viewer, true)",
            "INSERT INTO family (hub_id) SELECT :hub FROM generate_series(1, :families)",
            PEOPLE,
            MEMBERS,
            "INSERT INTO team_member (family_id, staff_id, role)"
            " SELECT id, :key_worker, 'key_worker' FROM family WHERE hub_id = :hub",
        ):
            connection.execute(text(statement), here)
    return here
