"""Timing two ways of doing one thing, turn by turn, so that a busy machine slows both."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

TURNS = 3
"""How often each question is asked, when the quickest answer counts."""


@dataclass(frozen=True)
class Result:
    """A benchmark: its floor and what was measured, both medians in `unit`."""

    name: str
    floor: float
    measured: float
    unit: str
    ratio: float
    p95_ms: float
    also: dict[str, float] = field(default_factory=dict)
    """Other figures, each by what it is."""


def compare(
    name: str, floor: Callable[[], object], real: Callable[[], object], rounds: int
) -> Result:
    """Run both in turns and report medians in milliseconds; the first turns are not counted."""
    floors, reals = [], []
    for _ in range(rounds + 1):
        floors.append(_milliseconds(floor))
        reals.append(_milliseconds(real))
    low, high = statistics.median(floors[1:]), statistics.median(reals[1:])
    return Result(
        name=name,
        floor=round(low, 3),
        measured=round(high, 3),
        unit="ms",
        ratio=round(high / low, 2),
        p95_ms=round(statistics.quantiles(reals[1:], n=20)[-1], 3),
    )


def asked(name: str, floors: list[float], answers: list[float], **also: float) -> Result:
    """The result of questions each asked `TURNS` times in a row, of which the quickest counts."""
    low, high = statistics.median(quickest(floors)), statistics.median(quickest(answers))
    return Result(
        name=name,
        floor=round(low, 2),
        measured=round(high, 2),
        unit="ms",
        ratio=round(high / low, 2),
        p95_ms=p95(quickest(answers)),
        also={
            "p95_of_all_ms": p95(answers),
            "floor_p95_ms": p95(quickest(floors)),
            "floor_p95_of_all_ms": p95(floors),
            **also,
        },
    )


def quickest(times: list[float]) -> list[float]:
    """Of each question's `TURNS` answers in a row, the quickest.

    The others have waited for a disk, or for whoever else uses the machine.
    """
    return [min(times[at : at + TURNS]) for at in range(0, len(times), TURNS)]


def p95(times: list[float]) -> float:
    """What 95 of 100 stay under."""
    return round(statistics.quantiles(times, n=20)[-1], 2)


@contextmanager
def in_database(session: Session, times: list[float]) -> Iterator[None]:
    """Note how long the statements inside take in the database together, over its socket."""
    connection = session.connection()
    began: list[float] = []
    taken: list[float] = []

    def before(*_: Any) -> None:
        began.append(time.perf_counter())

    def after(*_: Any) -> None:
        taken.append((time.perf_counter() - began.pop()) * 1000)

    event.listen(connection, "before_cursor_execute", before)
    event.listen(connection, "after_cursor_execute", after)
    yield
    event.remove(connection, "before_cursor_execute", before)
    event.remove(connection, "after_cursor_execute", after)
    times.append(sum(taken))


def _milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000
