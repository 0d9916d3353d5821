"""The real worker and relay as processes of a test, and a mail server that the test commands."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from celery import Celery
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from keywork.kernel import heartbeat
from keywork.kernel.viewer import Viewer, set_viewer, system_task
from keywork.local.program import Program
from keywork.local.valkey import free_port

PYTHON = (sys.executable, "-m")
CELERY = (*PYTHON, "celery", "--app", "worker.app")
WORKER = (*CELERY, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle")
RELAY = (*PYTHON, "worker.relay")


def eventually(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something holds, and fail if it does not in time."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"This did not come true within {seconds} seconds."
        pause.wait(0.02)


class MailServer:
    """Keeps what it is sent. While `let_in` is clear, senders wait at the door."""

    def __init__(self) -> None:
        self.let_in = threading.Event()
        self.let_in.set()
        self.refuses = False
        self.at_the_door = 0
        self.kept: list[EmailMessage] = []
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_MAIL(  # noqa: N802 - the name aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """A sender begins."""
        self.at_the_door += 1
        await asyncio.get_running_loop().run_in_executor(None, self.let_in.wait)
        if self.refuses:
            return "451 Not now"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """A message has arrived."""
        self.kept.append(BytesParser(EmailMessage, policy=default).parsebytes(envelope.content))
        return "250 Kept"

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_in.set()
        self._controller.stop()

    def to(self, address: str) -> list[EmailMessage]:
        """What it kept for one address."""
        return [message for message in self.kept if message["To"] == address]


class Background:
    """A worker and a relay on one database, which work as soon as they are started."""

    def __init__(self, database: Any, mail: MailServer, folder: Path, **settings: str) -> None:
        self.mail = mail
        self.store = heartbeat.connect(database.redis_url)
        self.store.flushdb()
        self.env = {
            **os.environ,
            "KEYWORK_DATABASE_URL": database.url,
            "KEYWORK_REDIS_URL": database.redis_url,
            "KEYWORK_SECRET_KEY": "only for tests",
            "KEYWORK_PRODUCTION": "false",
            "KEYWORK_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
            "KEYWORK_BASE_URL": "https://keywork.example.test",
            "KEYWORK_OUTBOX_RESEND_SECONDS": "1",
            **settings,
        }
        self.folder = folder
        self._nothing = os.open(os.devnull, os.O_RDONLY)
        self.worker = self.program("worker", *WORKER)
        self.relay = self.program("relay", *RELAY)
        self.engine = create_engine(database.url)

    def program(self, kind: str, *command: str) -> Program:
        """A process of ours, not yet started."""
        log = self.folder / f"{kind}.log"
        return Program(f"The {kind}", command, log, self._nothing, env=self.env)

    def start(self, *kinds: str) -> None:
        """Start the worker, the relay or, unless told which, both; wait until they are at work."""
        for kind in kinds or ("worker", "relay"):
            program: Program = getattr(self, kind)
            if not program.running():
                self.store.delete(f"keywork:alive:{kind}")
                program.start()
        for kind in kinds or ("worker", "relay"):
            getattr(self, kind).wait_until(lambda kind=kind: heartbeat.living(self.store, [kind]))

    def kill(self, program: Program) -> None:
        """End it and all it has started by `kill -9`."""
        assert program.pid
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()

    def end(self) -> None:
        """End both, without the seconds that Celery takes to stop."""
        for program in (self.relay, self.worker):
            if program.running():
                self.kill(program)
        self.engine.dispose()
        self.store.close()
        os.close(self._nothing)

    @contextmanager
    def session(self, viewer: Viewer = system_task("alerts")) -> Iterator[Session]:  # noqa: B008
        """A session on their database, committed at the end."""
        with Session(self.engine) as session:
            set_viewer(session, viewer)
            yield session
            session.commit()

    def deliver(self, task: str, **arguments: Any) -> None:
        """Send a task straight to Redis, as if it had been delivered once more."""
        with Celery(broker=self.env["KEYWORK_REDIS_URL"]) as sender:
            sender.send_task(task, kwargs=arguments, queue=task.partition(".")[0])

    def newest_work(self, session: Session) -> int:
        """The id of what was enqueued last; 0 when nothing ever was."""
        return session.scalars(text("SELECT coalesce(max(id), 0) FROM outbox")).one()

    def row(self, outbox_id: int) -> Any:
        """A row of the outbox, as it is now."""
        with self.engine.connect() as connection:
            found = text("SELECT * FROM outbox WHERE id = :id")
            return connection.execute(found, {"id": outbox_id}).one()

    def is_done(self, outbox_id: int) -> bool:
        """Whether this piece of work is done."""
        return self.row(outbox_id).done_at is not None

    def said(self, kind: str) -> str:
        """All that the worker or relay has logged."""
        return (self.folder / f"{kind}.log").read_text()
