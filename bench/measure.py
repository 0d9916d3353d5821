"""Timing two ways of doing one thing, turn by turn, so that a busy machine slows both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field


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


def _milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000
