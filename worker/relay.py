"""Sends what is in the outbox to the workers: `python -m worker.relay`.

It is woken by the database when work is committed, and looks for itself every second: for what it
was not told of, and for what was sent before and is still not done. Work is claimed in one
statement, then sent; what is claimed by a relay that dies before sending is claimed again when its
time comes. Any number of relays may run. LISTEN needs a connection of its own to PostgreSQL: a
pooler that hands connections from one transaction to the next would lose what it is told.
"""

import logging
import random
import signal
import threading
import time
from types import FrameType
from typing import Any, Final

import psycopg
import redis
import structlog
from kombu.exceptions import OperationalError as BrokerAway
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings, settings
from keywork.kernel import heartbeat, outbox
from keywork.kernel.database import engine_options
from keywork.kernel.logs import configure_logs
from worker.app import app

BATCH: Final = 100
SWEEP_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 5.0
AWAY: Final = (SQLAlchemyError, psycopg.Error, BrokerAway, redis.RedisError, OSError)

log = structlog.get_logger("keywork.relay")


class Relay:
    """One relay: connects, sends, and connects again whenever PostgreSQL or Redis went away."""

    def __init__(self, chosen: Settings) -> None:
        self.resend_seconds = chosen.outbox_resend_seconds
        self.engine = _engine(chosen.database_url.get_secret_value())
        self.store = heartbeat.connect(chosen.redis_url.get_secret_value())
        self.stopped = threading.Event()
        self.failures = 0
        self.next_beat = 0.0

    def run(self) -> None:
        """Relay until stopped."""
        log.info("started")
        while not self.stopped.is_set():
            try:
                self._relay()
            except AWAY as error:
                self.failures += 1
                log.warning("away", error=type(error).__name__, failures=self.failures)
                self.stopped.wait(self._patience())
        log.info("stopped")

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Finish what is being sent, then end; at most a sweep later."""
        self.stopped.set()

    def _relay(self) -> None:
        with self.engine.connect() as database, app.connection_for_write() as broker:
            database.execute(text("LISTEN keywork_outbox"))
            producer = app.amqp.Producer(broker)
            while not self.stopped.is_set():
                self._beat()
                while self._send_due(database, producer) == BATCH:
                    self._beat()
                self.failures = 0
                _wait_for_notice(database)

    def _beat(self) -> None:
        if time.monotonic() >= self.next_beat:
            heartbeat.beat(self.store, "relay")
            self.next_beat = time.monotonic() + heartbeat.BEAT_SECONDS

    def _send_due(self, database: Connection, producer: Any) -> int:
        """Claim a batch and send it; says how much it was. What cannot be sent is given back."""
        claimed = outbox.claim(database, BATCH, self.resend_seconds)
        for number, work in enumerate(claimed):
            try:
                _send(producer, work)
            except AWAY:
                outbox.release(database, [left.id for left in claimed[number:]])
                raise
            except Exception as error:
                # Work that can never be sent must not hold up the rest. It comes round again.
                log.error(
                    "unsendable", task=work.task, outbox_id=work.id, error=type(error).__name__
                )
        return len(claimed)

    def _patience(self) -> float:
        longest: float = min(LONGEST_WAIT_SECONDS, 0.1 * 2 ** min(self.failures, 10))
        return longest * random.uniform(0.5, 1)  # noqa: S311 - it spreads load, it guards nothing


def _send(producer: Any, work: outbox.Work) -> None:
    arguments = {**work.arguments, "outbox_id": work.id}
    app.send_task(work.task, kwargs=arguments, producer=producer, retry=False)
    log.info("sent", task=work.task, outbox_id=work.id)


def _wait_for_notice(database: Connection) -> None:
    """Until work is committed, now or since the last time, or it is time to look anyway."""
    connection = database.connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    for _notice in connection.notifies(timeout=SWEEP_SECONDS, stop_after=1):
        pass


def _engine(database_url: str) -> Engine:
    """Each statement commits by itself; a silent network is noticed within seconds."""
    options = engine_options()["connect_args"]
    noticing = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
    return create_engine(
        database_url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={**options, **noticing, "connect_timeout": 5, "tcp_user_timeout": 10_000},
    )


def main() -> None:
    """Relay until SIGTERM or SIGINT."""
    configure_logs()
    logging.getLogger("kombu").setLevel(logging.WARNING)
    relay = Relay(settings())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, relay.stop)
    relay.run()


if __name__ == "__main__":
    main()
