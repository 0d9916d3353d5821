"""How often something may be done, counted in Redis over a moving window."""

import math
import time
from functools import lru_cache
from typing import Final

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.settings import settings

_PATIENCE_SECONDS: Final = 1


class LimitsAway(Exception):
    """Redis does not answer, so nobody can say how often something was done."""


class TooOften(Exception):
    """It was done as often as it may be."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(wait_seconds)
        self.wait_seconds = wait_seconds


def spend(limit: str, *whose: str, times: int = 1) -> None:
    """Count one more (`limit` is like "10 per 15 minutes"), or raise TooOften.

    `times` as much is allowed as the limit says.
    """
    item = _item(limit, times)
    try:
        if not _limiter().hit(item, *whose):
            raise _too_often(item, *whose)
    except StorageError as error:
        raise LimitsAway from error


def check(limit: str, *whose: str) -> None:
    """Raise TooOften if not one more is allowed; count nothing."""
    item = _item(limit)
    try:
        if not _limiter().test(item, *whose):
            raise _too_often(item, *whose)
    except StorageError as error:
        raise LimitsAway from error


def forget(limit: str, *whose: str) -> None:
    """Begin to count anew."""
    try:
        _limiter().clear(_item(limit), *whose)
    except StorageError as error:
        raise LimitsAway from error


def _too_often(item: RateLimitItem, *whose: str) -> TooOften:
    free_at = _limiter().get_window_stats(item, *whose).reset_time
    return TooOften(max(1, math.ceil(free_at - time.time())))


@lru_cache
def _item(limit: str, times: int = 1) -> RateLimitItem:
    item = parse(limit)
    return type(item)(item.amount * times, item.multiples, item.namespace)


def _limiter() -> MovingWindowRateLimiter:
    return _connected(settings().redis_url.get_secret_value())


@lru_cache
def _connected(redis_url: str) -> MovingWindowRateLimiter:
    storage = RedisStorage(
        redis_url,
        key_prefix="keywork:limits",
        wrap_exceptions=True,
        socket_timeout=_PATIENCE_SECONDS,
        socket_connect_timeout=_PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]
    )
    return MovingWindowRateLimiter(storage)
