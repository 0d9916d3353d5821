"""A migrated database on throw-away servers, with as much in it as a benchmark asks for."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from config.settings import ROOT, settings
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


@dataclass(frozen=True)
class World:
    """The application on a database of its own, and the worker who signs in."""

    app: Flask
    engine: Engine
    """The same database, as the application role."""

    staff_id: int
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
        staff_id, hub_id = _fill(engine, families)
        yield World(app, engine, staff_id, hub_id)
        engine.dispose()


def _load_policy(engine: Engine) -> None:
    """A filed policy that approves all of it at once."""
    from keywork.commissioning.services import load_policy

    document = (ROOT / "config" / "policy" / "approval.toml").read_text()
    with Session(engine) as session:
        set_viewer(session, system_task("commissioning"))
        load_policy(session, document.replace("limit = 300_00", "limit = 100_000_00"))
        session.commit()


def _fill(engine: Engine, families: int) -> tuple[int, int]:
    with engine.begin() as connection:
        hub = connection.scalar(
            text(
                "INSERT INTO hub (code, name, postcode_districts)"
                " VALUES (gen_random_uuid(), gen_random_uuid(), '{}') RETURNING id"
            )
        )
        staff = connection.scalar(
            text(
                "INSERT INTO staff (email, name, password_hash, session_stamp)"
                " VALUES (gen_random_uuid() || '@bench.test', 'A key worker', '', 's')"
                " RETURNING id"
            )
        )
        here = {"hub": hub, "staff": staff, "families": families}
        for statement in (
            "INSERT INTO post (staff_id, role, hub_id) VALUES (:staff, 'key_worker', :hub)",
            "INSERT INTO family (hub_id) SELECT :hub FROM generate_series(1, :families)",
            PEOPLE,
            MEMBERS,
            "INSERT INTO team_member (family_id, staff_id, role)"
            " SELECT id, :staff, 'key_worker' FROM family WHERE hub_id = :hub",
        ):
            connection.execute(text(statement), here)
    return int(staff or 0), int(hub or 0)
