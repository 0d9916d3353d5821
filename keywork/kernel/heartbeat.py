"""Signs of life of processes that answer no requests, kept in Redis for a few seconds each."""

from collections.abc import Sequence
from typing import Final, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

BEAT_SECONDS: Final = 2.0
ALIVE_SECONDS: Final = 8
"""How long after its last beat a process counts as alive; longer than a few missed beats."""


def connect(redis_url: str) -> redis.Redis:
    """A Redis client that gives up after a second instead of waiting."""
    return redis.Redis.from_url(
        redis_url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    )


def beat(store: redis.Redis, kind: str) -> None:
    """Say that a process of this kind (`worker`, `relay`) is alive."""
    store.set(_key(kind), "alive", ex=ALIVE_SECONDS)


def living(store: redis.Redis, kinds: Sequence[str]) -> set[str]:
    """Of which of these kinds any process has lately said so."""
    found = cast(list[bytes | None], store.mget([_key(kind) for kind in kinds]))
    return {kind for kind, value in zip(kinds, found, strict=True) if value is not None}


def _key(kind: str) -> str:
    return f"keywork:alive:{kind}"
