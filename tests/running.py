"""keywork as `make run` runs it, on a database of the tests; each of its processes can be killed.

Redis is a process of its own as well: no other test minds when it is emptied, held up or killed.
"""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import psutil
import psycopg
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from keywork.local.claim import Claim
from keywork.local.databases import APP, OWNER, connect
from keywork.local.problem import Problem
from keywork.local.program import Program
from keywork.local.run import Place, programs
from keywork.local.stack import Stack
from keywork.local.valkey import free_port, local_valkey

Found = TypeVar("Found")
READY_SECONDS = 30
PAUSE_SECONDS = 0.05


def until(ask: Callable[[], Found], seconds: float = 20) -> Found:
    """Ask again and again until the answer is true, and return it; fail after so many seconds."""
    if not (answer := within(seconds, ask)):
        pytest.fail(f"Not true within {seconds} seconds, the last answer was {answer!r}")
    return answer


def within(seconds: float, ask: Callable[[], Found]) -> Found:
    """Ask again and again until the answer is true or the time is over; the last answer."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
    return answer


class Running:
    """Web server, worker, beat, relay and mailbox, each a process, on a database of their own."""

    def __init__(self, ours: list[Program], env: dict[str, str], superuser_url: str) -> None:
        self.base_url = env["KEYWORK_BASE_URL"]
        self.redis_url = env["KEYWORK_REDIS_URL"]
        self._superuser_url = superuser_url
        self.env = env
        self._programs = {program.log.stem: program for program in ours}

    def start(self) -> None:
        """Start every process, and wait until all of them work."""
        for program in self._programs.values():
            if not program.running():
                program.start()
        self.wait_until_ready()

    def stop(self) -> None:
        """Kill what still runs: nothing of it is wanted any more."""
        self.kill(*(name for name, program in self._programs.items() if program.running()))
        self._engine.dispose()

    def kill(self, *names: str) -> None:
        """`kill -9` processes (web, worker, beat, relay, redis) and all they have started."""
        for name in names:
            program = self._programs[name]
            first = psutil.Process(program.pid)
            for process in (first, *first.children(recursive=True)):
                process.kill()
            program.wait()

    @contextmanager
    def held_up(self, name: str) -> Iterator[None]:
        """Let a process stand still, as on a machine with no time for it."""
        process = psutil.Process(self._programs[name].pid)
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    def restart(self, *names: str) -> None:
        """Start processes again that were killed, and wait until all of them work."""
        for name in names:
            self._programs[name].start()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until the web server says that every part works."""
        try:
            self._programs["web"].wait_until(lambda: self.health()[0] == 200, READY_SECONDS)
        except Problem as problem:
            pytest.fail(f"{problem} {self.health()} {self.complaints()}")

    def health(self) -> tuple[int, dict[str, Any]]:
        """What /health/ready answers."""
        try:
            with urllib.request.urlopen(f"{self.base_url}/health/ready", timeout=5) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except OSError as error:
            return 0, {"web": str(error)}

    def complaints(self) -> dict[str, str]:
        """The last words in each process's log."""
        return {name: program.last_words() for name, program in self._programs.items()}

    def log(self, name: str) -> str:
        """Everything that a process has logged."""
        return self._programs[name].log.read_text()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A connection that sees every row, to look at what was stored."""
        with connect(self._superuser_url) as connection:
            yield connection

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds among all rows."""
        with self.database() as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session of the application's own role, committed at the end."""
        with Session(self._engine) as session:
            yield session
            session.commit()

    def letters(self, to: str) -> list[EmailMessage]:
        """The e-mails that somebody has been sent, oldest first."""
        files = sorted(Path(self.env["KEYWORK_MAILBOX_DIR"]).glob("*.eml"))
        letters = [message_from_bytes(f.read_bytes(), policy=policy.default) for f in files]
        return [letter for letter in letters if letter["To"] == to]

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self.env["KEYWORK_DATABASE_URL"], hide_parameters=True)


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """A folder and a port to run in."""
    for name in ("log", "files", "mailbox"):
        (folder / name).mkdir()
    claim = Claim(folder / "claim")
    try:
        claim.take_over()
        yield Place(free_port(), folder, claim)
    finally:
        claim.release()


def environment(at: Place, database_url: str, owner_url: str, redis_url: str) -> dict[str, str]:
    """The settings of every process, apart from whatever is set outside."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("KEYWORK_")}
    return outside | {
        "KEYWORK_DATABASE_URL": database_url,
        "KEYWORK_OWNER_DATABASE_URL": owner_url,
        "KEYWORK_REDIS_URL": redis_url,
        "KEYWORK_SECRET_KEY": "only for tests",
        "KEYWORK_PRODUCTION": "false",
        "KEYWORK_BASE_URL": f"http://localhost:{at.port}",
        "KEYWORK_FILES_DIR": str(at.var / "files"),
        "KEYWORK_MAILBOX_DIR": str(at.var / "mailbox"),
        "KEYWORK_SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        "KEYWORK_SECURE_COOKIES": "false",
        "KEYWORK_SECOND_FACTOR_WAIVERS": "true",
        "KEYWORK_REQUEST_LIMITS_TIMES": "1000",
        "KEYWORK_OUTBOX_RESEND_SECONDS": "1",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def run_keywork(folder: Path, stack: Stack, database: str) -> Iterator[Running]:
    """Everything running on a migrated database, from the `with` to its end."""
    superuser = str(make_url(stack.superuser_url).username)
    with (
        place(folder) as at,
        local_valkey(folder, at.claim, at.log("redis"), durable=True) as redis,
    ):
        env = environment(at, stack.url(APP, database), stack.url(OWNER, database), redis.url)
        ours = [*programs(at, env), redis.program]
        running = Running(ours, env, stack.url(superuser, database))
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def running(
    stack: Stack, new_database: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Everything running, for all the tests that need it: each leaves it as it found it."""
    database = str(make_url(new_database("running").url).database)
    with run_keywork(tmp_path_factory.mktemp("running"), stack, database) as running:
        yield running
