"""One program that a run starts, looks after and stops."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from keywork.local.problem import Problem

TETHER = Path(__file__).with_name("tether.py")
POLL_SECONDS = 0.02

_COMPLAINT = re.compile(r"FATAL|PANIC|[Ee]rror\b|# ")


def tethered(
    command: Sequence[str], stop_signal: int = signal.SIGTERM, prefix: Sequence[str] = ()
) -> list[str]:
    """The same command, told to stop when this process dies; `prefix` changes who it runs as."""
    tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(stop_signal))]
    return [*prefix, *tether, *command]


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back the signals that stop a run, so that no process is started and then forgotten."""
    held_back: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {
        number: signal.signal(number, lambda number, frame: held_back.append(number))
        for number in numbers
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for signal_number in held_back:
            signal.raise_signal(signal_number)


@dataclass
class Program:
    """How to start one program, in which log it writes, and how it is stopped.

    It shares in the claim on the folder it works in, by inheriting `claim_fd`.
    """

    name: str
    command: Sequence[str]
    log: Path
    claim_fd: int
    env: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    prefix: Sequence[str] = ()
    started_at: float = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it in a session of its own, so that a Ctrl-C reaches only whoever started it."""
        with self.log.open("ab") as log, uninterrupted():
            self._process = subprocess.Popen(
                tethered(self.command, self.stop_signal, self.prefix),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
                pass_fds=(self.claim_fd,),
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int | None:
        """The process id, while it has one."""
        return self._process.pid if self._process else None

    def running(self) -> bool:
        """Whether it was started and still lives."""
        return self._process is not None and self._process.poll() is None

    def wait(self) -> int:
        """Wait until it ends by itself; its exit status."""
        assert self._process is not None
        return self._process.wait()

    def stop(self, patience_seconds: float = 15) -> None:
        """Ask it to stop, wait, and kill it if it does not."""
        if self._process is None:
            return
        if self.running():
            self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until `ready()`; a program that ends before that, or takes longer, is a problem."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running():
                raise Problem(f"{self.name} did not start: {self.last_words()}")
            if time.monotonic() > deadline:
                self.stop()
                raise Problem(
                    f"{self.name} did not answer within {seconds:.0f} seconds: see {self.log}."
                )
            time.sleep(POLL_SECONDS)

    def how_it_ended(self) -> str:
        """In words: the signal that ended it, or its exit status."""
        code = self._process.returncode if self._process else None
        if code is None:
            return "it is still running"
        if code < 0:
            return f"ended by {signal.Signals(-code).name}"
        return f"exit status {code}"

    def last_words(self) -> str:
        """The last complaint in its log, or else the last line, and where to read the rest."""
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines()]
        lines = [line for line in lines if line] or ["it said nothing"]
        complaints = [line for line in lines if _COMPLAINT.search(line)]
        return f"“{(complaints or lines)[-1]}” (see {self.log})."
