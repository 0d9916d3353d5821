"""What every task is wrapped in: a session, a viewer, one transaction, and what if it fails.

Work from the outbox is tried again by the outbox alone, never by Celery's own `retry`: the row
outlives Redis and every worker, says how often the work was begun, and is where a person looks for
what was given up. So a task that fails writes down when it is to be sent again, and for Celery it
is over. The attempt is counted in a transaction before the work, so that work which kills its
worker is given up in the end too.

Logs tell the kind of an error and where it happened, never its message: a database's may quote
what a person typed.
"""

import time
import traceback
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from config.settings import ROOT, settings
from keywork.alerts.alerts import work_given_up, work_put_right
from keywork.kernel import outbox
from keywork.kernel.database import engine_options, transaction
from keywork.kernel.viewer import set_viewer, system_task
from worker.app import SOFT_LIMIT_SECONDS, app

_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")

log = structlog.get_logger("keywork.worker")
Act = Callable[..., None]


class TooManyAttempts(Exception):
    """Each time this work was begun, its worker died of it."""


def work(name: str) -> Callable[[Act], Act]:
    """Make `act(session, **arguments)` the task for outbox rows of this name."""

    def decorate(act: Act) -> Act:
        @app.task(name=name)  # type: ignore[untyped-decorator]
        def run(*, outbox_id: int, **arguments: Any) -> None:
            do_work(name, outbox_id, partial(act, **arguments))

        return act

    return decorate


def periodic(name: str, seconds: int = SOFT_LIMIT_SECONDS) -> Callable[[Act], Act]:
    """Make `act(session)` the task that beat sends by this name; it may take so long."""
    limits = {"soft_time_limit": seconds, "time_limit": seconds * 3 // 2}

    def decorate(act: Act) -> Act:
        @app.task(name=name, **limits)  # type: ignore[untyped-decorator]
        def run() -> None:
            do_periodic(name, act)

        return act

    return decorate


def do_work(name: str, outbox_id: int, act: Act) -> None:
    """Do the work of one outbox row, unless it is over or in other hands already."""
    known = log.bind(task=name, outbox_id=outbox_id)
    began = time.monotonic()
    with _session(name) as session:
        try:
            done = _attempt(session, outbox_id, act)
        except Exception as error:
            known.error("failed", **what_failed(error))
            _set_back(session, name, outbox_id)
        else:
            seconds = round(time.monotonic() - began, 3)
            known.info("done" if done else "nothing to do", seconds=seconds)


def do_periodic(name: str, act: Act) -> None:
    """Do what beat asks for by this name, unless another worker is doing it at this moment."""
    known = log.bind(task=name)
    with _session(name) as session:
        try:
            with transaction(session):
                if session.scalar(_ONE_AT_A_TIME, {"name": name}):
                    act(session)
                    work_put_right(session, name)
        except Exception as error:
            known.error("failed", **what_failed(error))
            _record(session, lambda: work_given_up(session, name))
        else:
            known.info("done")


def what_failed(error: BaseException) -> dict[str, str]:
    """An error as logs may have it: its kind, and the last line of ours that it passed."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(ROOT / "keywork") or path.is_relative_to(ROOT / "worker"):
            return {"error": type(error).__name__, "at": f"{path.relative_to(ROOT)}:{frame.lineno}"}
    return {"error": type(error).__name__}


def _attempt(session: Session, outbox_id: int, act: Act) -> bool:
    with transaction(session):
        attempts = outbox.begin(session, outbox_id)
    if attempts is None:
        return False
    if attempts > outbox.MOST_ATTEMPTS:
        raise TooManyAttempts
    with transaction(session):
        if not outbox.take(session, outbox_id):
            return False
        act(session)
        outbox.finish(session, outbox_id)
    return True


def _set_back(session: Session, name: str, outbox_id: int) -> None:
    def set_back() -> None:
        if outbox.set_back(session, outbox_id, settings().outbox_resend_seconds):
            log.error("given up", task=name, outbox_id=outbox_id)
            work_given_up(session, name)

    _record(session, set_back)


def _record(session: Session, write: Callable[[], None]) -> None:
    """Write down a failure. When the database is away the relay sends the work again anyway."""
    try:
        with transaction(session):
            write()
    except SQLAlchemyError as error:
        log.error("could not record the failure", **what_failed(error))


def _session(name: str) -> Session:
    session = _sessions(settings().database_url.get_secret_value())()
    set_viewer(session, system_task(name.partition(".")[0]))
    return session


@lru_cache
def _sessions(database_url: str) -> sessionmaker[Session]:
    """Made at a process's first task, and so after the fork: no two share a connection."""
    return sessionmaker(create_engine(database_url, **engine_options()))
