"""The Celery application: `celery --app worker.app worker` and `celery --app worker.app beat`.

Redis only carries messages. What is to be done is in the outbox, and what was done is in the
tables of the capabilities; so there is no result backend, and Redis may lose everything.
"""

import logging
from typing import Any, Final

import redis
from celery import Celery, bootsteps
from celery.signals import setup_logging
from kombu.entity import Exchange, Queue

from config.settings import settings
from keywork.kernel import heartbeat
from keywork.kernel.logs import configure_logs
from worker.schedule import SCHEDULE

CAPABILITIES: Final = (
    "accounts",
    "alerts",
    "auditing",
    "commissioning",
    "families",
    "files",
    "outbox",
    "retention",
    "subject_access",
)
"""Each has a module in `worker.tasks` and a queue, which a worker may serve alone (`-Q`)."""

SOFT_LIMIT_SECONDS: Final = 30
HARD_LIMIT_SECONDS: Final = 45


def _queue(name: str) -> Any:
    return Queue(name, Exchange(name), routing_key=name)  # type: ignore[no-untyped-call]


app = Celery("keywork", include=[f"worker.tasks.{name}" for name in CAPABILITIES])
app.conf.update(
    broker_url=settings().redis_url.get_secret_value(),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        # A message nobody acknowledges for this long is delivered again. Longer than any task may
        # run; it need not be short, for the outbox sends again what a dead worker had begun.
        "visibility_timeout": 4 * HARD_LIMIT_SECONDS,
        "unacked_restore_interval": 30,
        "unacked_restore_throttle": 1,
        # A Redis that stops answering is noticed, instead of being waited for.
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "health_check_interval": 5,
    },
    task_serializer="json",
    accept_content=["json"],
    result_backend=None,
    task_ignore_result=True,
    task_queues=[_queue(name) for name in CAPABILITIES],
    task_default_queue=CAPABILITIES[0],
    task_create_missing_queues=False,
    task_routes={f"{name}.*": {"queue": name} for name in CAPABILITIES},
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=SOFT_LIMIT_SECONDS,
    task_time_limit=HARD_LIMIT_SECONDS,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_enable_remote_control=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    beat_schedule=SCHEDULE,
    timezone="Europe/London",
)


@setup_logging.connect  # type: ignore[untyped-decorator]
def _log_as_the_house_does(**_options: Any) -> None:
    """One line a task, written by its shell, instead of Celery's own with arguments in it."""
    configure_logs()
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


class Heartbeat(bootsteps.StartStopStep):  # type: ignore[misc]
    """Says that this worker is alive, for as long as it takes work from Redis."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        self.store = heartbeat.connect(settings().redis_url.get_secret_value())
        self.timer: Any = None
        super().__init__(consumer, **options)

    def start(self, consumer: Any) -> None:
        """Beat now, and from now on."""
        self.beat()
        self.timer = consumer.timer.call_repeatedly(heartbeat.BEAT_SECONDS, self.beat)

    def stop(self, consumer: Any) -> None:
        """Fall silent: the consumer has lost its connection or is stopping."""
        if self.timer:
            self.timer.cancel()
        self.store.close()

    def beat(self) -> None:
        """A beat that is missed is made up for by the next."""
        try:
            heartbeat.beat(self.store, "worker")
        except redis.RedisError as error:
            logging.getLogger(__name__).warning("no heartbeat: %s", type(error).__name__)


app.steps["consumer"].add(Heartbeat)
