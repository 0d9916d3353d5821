"""What tests stand on: real servers, a database per worker, a session that leaves no trace."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from keywork.accounts import services
from keywork.kernel.database import transaction
from keywork.kernel.viewer import set_viewer
from keywork.local.databases import APP, OWNER
from keywork.local.stack import Stack
from keywork.web.db import db
from tests import servers
from tests.conventions.page import assert_page
from tests.migrate import migrate

pytest_plugins = ["tests.running"]

TEMPLATE = "template_keywork"
ENGINES: list[Engine] = []
"""Of every application made in this process."""


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers; let no property test depend on how busy the machine is."""
    settings.register_profile("keywork", deadline=None)
    settings.load_profile("keywork")
    servers.start(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a parallel worker where they are."""
    servers.hand_to(node)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them."""
    servers.stop(config)


@dataclass(frozen=True)
class Database:
    """A migrated database of a test's own."""

    url: str
    owner_url: str
    redis_url: str


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Stack:
    """The servers of this run."""
    return servers.of(request.config)


@pytest.fixture(scope="session")
def worker_name() -> str:
    """`gw0`, `gw1`…; the only process of a run that is not parallel is `gw0` too."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def new_database(stack: Stack, worker_name: str) -> Iterator[Callable[[str], Database]]:
    """Makes migrated databases, copies of one made at the first call."""
    template = f"{TEMPLATE}_{worker_name}"
    made = [template]
    stack.drop_database(template)
    stack.create_database(template)
    migrate(stack.url(OWNER, template), "head")
    redis_url = stack.redis_database(1 + int(worker_name.removeprefix("gw") or 0) % 15)

    def make(name: str) -> Database:
        full = f"{name}_{worker_name}"
        stack.drop_database(full)
        stack.create_database(full, template=template)
        made.append(full)
        return Database(stack.url(APP, full), stack.url(OWNER, full), redis_url)

    yield make
    for name in reversed(made):
        stack.drop_database(name)


@pytest.fixture(scope="session")
def database(new_database: Callable[[str], Database]) -> Database:
    """The database that tests share because none of them commits."""
    return new_database("shared")


@pytest.fixture(scope="session")
def engine(database: Database) -> Iterator[Engine]:
    """The shared database, as the application role."""
    engine = create_engine(database.url, hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session as the application role, whose commits are undone after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture
def scratch(new_database: Callable[[str], Database]) -> Database:
    """A database of this test's own, for commits that are real."""
    return new_database("scratch")


@pytest.fixture(scope="session")
def bare_app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on the shared database."""
    return application(database, tmp_path_factory.mktemp("files"))


def application(database: Database, files: Path) -> Flask:
    """The application on any database."""
    from config.settings import settings
    from keywork import create_app

    os.environ.update(
        KEYWORK_DATABASE_URL=database.url,
        KEYWORK_OWNER_DATABASE_URL=database.owner_url,
        KEYWORK_REDIS_URL=database.redis_url,
        KEYWORK_SECRET_KEY="only for tests",
        KEYWORK_PRODUCTION="false",
        KEYWORK_FILES_DIR=str(files),
        KEYWORK_SECURE_COOKIES="false",
        KEYWORK_SECOND_FACTOR_WAIVERS="true",
        KEYWORK_REQUEST_LIMITS_TIMES="1000",
    )
    settings.cache_clear()
    app = create_app()
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        ENGINES.append(db.engine)
    return app


@pytest.fixture(autouse=True)
def connections_closed() -> Iterator[None]:
    """Leave no application's connections open after a test."""
    yield
    for engine in ENGINES:
        engine.dispose()


@pytest.fixture
def app(bare_app: Flask, session: Session) -> Iterator[Flask]:
    """The application, its requests inside the test's own transaction.

    Commit what the test's session has written before making a request.
    """
    with bare_app.app_context():
        sessions = db.sessionmaker
    engine = sessions.kw["bind"]
    sessions.configure(bind=session.connection(), join_transaction_mode="create_savepoint")
    session.commit()
    yield bare_app
    sessions.configure(bind=engine, join_transaction_mode="conditional_savepoint")


class PageClient(FlaskClient):
    """A test client that holds every page it is given to the house's rules."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make the request, and look at the page it brings."""
        response = super().open(*args, **kwargs)
        assert_page(response)
        return response

    def sign_in(self, staff_id: int) -> "PageClient":
        """Be this member of staff from now on."""
        with self.application.app_context():
            set_viewer(db.session, services.ACCOUNTS)
            with transaction(db.session):
                token = services.begin_session(
                    db.session, staff_id, way="password", browser="A browser"
                )
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return self


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without JavaScript, not signed in."""
    app.test_client_class = PageClient
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def statements(session: Session, client: PageClient) -> Callable[[str], int]:
    """Gets a page for whoever is signed in, and says how many SQL statements it took."""

    def count(path: str) -> int:
        said: list[str] = []
        connection = session.connection()

        def note(_c: object, _u: object, statement: str, *_: object) -> None:
            said.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        assert client.get(path).status_code == 200, path
        event.remove(connection, "before_cursor_execute", note)
        return len([s for s in said if not s.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))])

    return count


@pytest.fixture
def live_app(scratch: Database, tmp_path: Path) -> Flask:
    """The application on a database of the test's own, its commits real."""
    return application(scratch, tmp_path)
