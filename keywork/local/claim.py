"""Who is using a folder: a locked file that every process of a run keeps open.

The kernel lets go of the lock when the last process that has the file open is gone, however it
went. So nobody has to trust a process id that was written down: whoever gets the lock knows that
nothing of an earlier run is left, and whoever does not can find what is left by the file it holds.
"""

import fcntl
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

from keywork.local.problem import Problem

POLL_SECONDS = 0.05


class Claim:
    """The right to use what a lock file stands for; children that inherit `fd` share in it."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, wait_seconds: float = 0) -> bool:
        """Try to get the lock for this long; say whether we have it."""
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(POLL_SECONDS)
            else:
                return True

    def take_over(self, patience_seconds: float = 10) -> None:
        """Get the lock, stopping whatever an earlier run left behind."""
        if self.take():
            return
        for signal_number in (signal.SIGINT, signal.SIGKILL):
            for process in self.holders():
                with suppress(psutil.NoSuchProcess):  # it is stopping by itself
                    process.send_signal(signal_number)
            if self.take(patience_seconds):
                return
        raise Problem(
            f"Processes of an earlier run still use {self.path.parent} and cannot be stopped: "
            f"end them ({', '.join(str(process.pid) for process in self.holders())}) and try again."
        )

    def holders(self) -> list[psutil.Process]:
        """The other processes that have this lock file open."""
        return [
            process
            for process in psutil.process_iter()
            if process.pid != os.getpid() and self._is_open_in(process)
        ]

    def release(self) -> None:
        """Let go of our part of it; the lock is free once every child that shares it is gone."""
        os.close(self.fd)

    def _is_open_in(self, process: psutil.Process) -> bool:
        try:
            return any(Path(held.path) == self.path for held in process.open_files())
        except (psutil.Error, OSError):
            return False
