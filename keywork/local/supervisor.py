"""Keeps programs running.

They start in order, are started again when they die, and stop in the opposite order.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from keywork.local.problem import Problem
from keywork.local.program import Program

QUICK_SECONDS = 5
QUICK_ENDS = 4
POLL_SECONDS = 0.2


class Supervisor:
    """The programs of one run, from the `with` to its end."""

    def __init__(self, already_running: Iterable[Program], say: Callable[[str], None]) -> None:
        self._others = list(already_running)
        self._started: list[Program] = []
        self._quick_ends: Counter[str] = Counter()
        self._say = say

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for program in reversed(self._started):
            program.stop()

    def start(self, program: Program) -> None:
        """Start a program, and look after it from now on."""
        self._started.append(program)
        program.start()

    def look_after(self, until: Callable[[], bool]) -> None:
        """Restart whatever dies, until `until()` is true."""
        while not until():
            for program in [*self._others, *self._started]:
                if not program.running():
                    self._restart(program)
            time.sleep(POLL_SECONDS)

    def _restart(self, program: Program) -> None:
        lived = time.monotonic() - program.started_at
        self._quick_ends[program.name] = (
            self._quick_ends[program.name] + 1 if lived < QUICK_SECONDS else 1
        )
        if self._quick_ends[program.name] >= QUICK_ENDS:
            raise Problem(f"{program.name} keeps stopping: {program.last_words()}")
        self._say(f"{program.name} stopped ({program.how_it_ended()}); starting it again.")
        program.start()
