"""Work to be done after the commit, kept in the same transaction as its cause.

A row is written by `enqueue`. The relay claims it and sends it, as often as it takes, until the
transaction of the task itself marks it done, or until it has failed so often that a person has to
look. The database's clock is the only one used.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

MOST_ATTEMPTS: Final = 12
"""How often work is begun before it counts as failed: some five hours, at 20 seconds a resend."""

Database = Session | Connection

_INSERT = text("INSERT INTO outbox (task, arguments) VALUES (:task, CAST(:arguments AS jsonb))")

# What was sent and not begun is sent again: doubling up to 16 times the interval, less up to a
# quarter, so that what was claimed together does not come back together.
_CLAIM = text("""
    WITH due AS (
      SELECT id FROM outbox
      WHERE done_at IS NULL AND failed_at IS NULL AND send_at <= clock_timestamp()
      ORDER BY send_at LIMIT :most FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET sent_count = sent_count + 1, send_at = clock_timestamp()
      + make_interval(secs => :seconds * power(2, least(sent_count, 4)) * (1 - random() / 4))
    FROM due WHERE outbox.id = due.id RETURNING outbox.id, task, arguments""")
_RELEASE = text("""
    UPDATE outbox SET sent_count = sent_count - 1, send_at = clock_timestamp()
    WHERE id = ANY (:ids) AND done_at IS NULL AND sent_count > 0""")
_BEGIN = text("""
    WITH free AS (
      SELECT id FROM outbox WHERE id = :id AND done_at IS NULL AND failed_at IS NULL
      FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET attempts = attempts + 1 FROM free WHERE outbox.id = free.id
    RETURNING attempts""")
_TAKE = text("""
    SELECT id FROM outbox WHERE id = :id AND done_at IS NULL AND failed_at IS NULL
    FOR UPDATE SKIP LOCKED""")
_FINISH = text("UPDATE outbox SET done_at = clock_timestamp() WHERE id = :id")
_SET_BACK = text("""
    UPDATE outbox SET failed_at = CASE WHEN attempts >= :most THEN clock_timestamp() END,
      send_at = clock_timestamp()
        + make_interval(secs => :seconds * power(2, least(attempts - 1, 8)) * (1 - random() / 4))
    WHERE id = :id AND done_at IS NULL AND failed_at IS NULL RETURNING failed_at IS NOT NULL""")
_RETRY = text("""
    UPDATE outbox SET failed_at = NULL, attempts = 0, sent_count = 0, send_at = clock_timestamp()
    WHERE id = ANY (:ids) AND failed_at IS NOT NULL RETURNING id, task, arguments""")
_STILL_FAILED = text("SELECT DISTINCT task FROM outbox WHERE failed_at IS NOT NULL")
_LAG = text("""
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float
    FROM outbox WHERE done_at IS NULL AND failed_at IS NULL AND attempts = 0""")
_TROUBLED = text("""
    SELECT id, task, arguments, recorded_at, attempts, send_at, failed_at FROM outbox
    WHERE failed_at IS NOT NULL
       OR (done_at IS NULL AND (attempts > 0 OR recorded_at < clock_timestamp() - :late))
    ORDER BY id""")
_PRUNE = text("DELETE FROM outbox WHERE done_at < clock_timestamp() - :kept")


@dataclass(frozen=True)
class Work:
    """A row: the task to send, and what it is to be given."""

    id: int
    task: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Troubled:
    """Work that has failed, or is late, for the person who looks after it."""

    id: int
    task: str
    arguments: dict[str, Any]
    recorded_at: datetime
    attempts: int
    send_at: datetime
    failed_at: datetime | None


def enqueue(session: Session, task: str, **arguments: Any) -> None:
    """Have the named task done after this transaction commits.

    `task` is a name such as `commissioning.decide`; `arguments` are ids and references only,
    never names or free text. The insert also wakes the relay.
    """
    session.execute(_INSERT, {"task": task, "arguments": json.dumps(arguments)})


def claim(database: Database, most: int, resend_seconds: float) -> list[Work]:
    """Up to `most` pieces of work to send now, oldest first; no other relay gets the same."""
    rows = database.execute(_CLAIM, {"most": most, "seconds": resend_seconds})
    return sorted((Work(*row) for row in rows), key=lambda work: work.id)


def release(database: Database, ids: Collection[int]) -> None:
    """Give back work that was claimed and could not be sent."""
    database.execute(_RELEASE, {"ids": list(ids)})


def begin(session: Session, work_id: int) -> int | None:
    """Count an attempt, and say which this is; None when the work is over or in other hands."""
    attempts: int | None = session.scalar(_BEGIN, {"id": work_id})
    return attempts


def take(session: Session, work_id: int) -> bool:
    """Keep the work for this transaction alone; False when it is over or in other hands."""
    return session.scalar(_TAKE, {"id": work_id}) is not None


def finish(session: Session, work_id: int) -> None:
    """The work is done if this transaction commits."""
    session.execute(_FINISH, {"id": work_id})


def set_back(session: Session, work_id: int, resend_seconds: float) -> bool:
    """Have work that failed sent again, the more attempts it has had the later.

    After MOST_ATTEMPTS it is given up until a person asks for it; says whether it was.
    """
    values = {"id": work_id, "seconds": resend_seconds, "most": MOST_ATTEMPTS}
    return bool(session.scalar(_SET_BACK, values))


def retry(session: Session, ids: Collection[int]) -> list[Work]:
    """Have failed work done after all; returns what of it had indeed failed."""
    return [Work(*row) for row in session.execute(_RETRY, {"ids": list(ids)})]


def failed_tasks(session: Session) -> set[str]:
    """The names of the tasks of which some work was given up."""
    return set(session.scalars(_STILL_FAILED))


def lag(database: Database) -> float:
    """For how many seconds the oldest work that no worker has begun has been waiting."""
    return float(database.execute(_LAG).scalar_one())


def troubled(session: Session, late: timedelta) -> list[Troubled]:
    """Everything that failed, is being tried again, or has waited longer than `late`."""
    return [Troubled(*row) for row in session.execute(_TROUBLED, {"late": late})]


def prune(session: Session, kept: timedelta) -> None:
    """Delete what was done longer ago than `kept`."""
    session.execute(_PRUNE, {"kept": kept})
