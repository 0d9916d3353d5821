"""What a load balancer and an operator ask: does this process live, and does every part work?

`ready` looks at the servers themselves, each in a thread of its own, and answers within two
seconds whatever they do. It names the part that is not well, and says nothing of why.
"""

from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from threading import Lock, Thread
from time import monotonic
from typing import Any, Final

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import NullPool, create_engine

from config.settings import settings
from keywork.kernel import heartbeat, outbox
from keywork.web.access import public

PATIENCE_SECONDS: Final = 1.5
OK: Final = "ok"
NOT_OK: Final = "not ok"

blueprint = Blueprint("health", __name__, url_prefix="/health")


class Probe:
    """A look at a server. Whoever asks while one look still hangs waits for that one."""

    def __init__(self, look: Callable[[], dict[str, Any]]) -> None:
        self._look = look
        self._lock = Lock()
        self._answer: Future[dict[str, Any]] | None = None

    def ask(self) -> Future[dict[str, Any]]:
        """The answer to come."""
        with self._lock:
            if self._answer is None or self._answer.done():
                self._answer = Future()
                Thread(target=self._run, args=(self._answer,), daemon=True).start()
            return self._answer

    def _run(self, answer: Future[dict[str, Any]]) -> None:
        try:
            answer.set_result(self._look())
        except Exception as error:  # whatever it is, the part is not well
            answer.set_exception(error)


@blueprint.get("/live")
@public
def live() -> ResponseReturnValue:
    """This process answers."""
    return jsonify({"web": OK})


@blueprint.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """Every part answers; 503 names those that do not."""
    chosen = settings()
    probes = _probes(chosen.database_url.get_secret_value(), chosen.redis_url.get_secret_value())
    deadline = monotonic() + PATIENCE_SECONDS
    found: dict[str, Any] = {"database": NOT_OK, "redis": NOT_OK, "worker": NOT_OK}
    for answer in [probe.ask() for probe in probes]:
        try:
            found |= answer.result(timeout=max(0, deadline - monotonic()))
        except Exception:  # noqa: S112 - what has not answered stays "not ok"
            continue
    well = all(found[part] == OK for part in ("database", "redis", "worker"))
    return jsonify(found), 200 if well else 503


@lru_cache
def _probes(database_url: str, redis_url: str) -> tuple[Probe, Probe]:
    engine = create_engine(
        database_url, poolclass=NullPool, hide_parameters=True, connect_args={"connect_timeout": 2}
    )
    store = heartbeat.connect(redis_url)

    def database() -> dict[str, Any]:
        with engine.connect() as connection:
            return {"database": OK, "outbox_lag_seconds": round(outbox.lag(connection), 1)}

    def redis() -> dict[str, Any]:
        living = heartbeat.living(store, ("worker", "relay"))
        missing = " and ".join(f"no {kind}" for kind in ("worker", "relay") if kind not in living)
        return {"redis": OK, "worker": missing or OK}

    return Probe(database), Probe(redis)
