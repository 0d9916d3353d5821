"""`make run`, whole: from an empty folder to a page, through every kind of end, and back."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

from keywork.local.claim import Claim
from keywork.local.postgres import remove_socket_folder
from keywork.local.stack import throwaway_stack
from keywork.local.valkey import free_port

Eventually = Callable[[Callable[[], bool]], None]
Start = Callable[..., "Run"]

PARTS = {
    "The worker": "worker --concurrency",
    "The relay": "worker.relay",
    "PostgreSQL": "postgres -D",
    "Valkey": "valkey-server",
}
REPO = Path(__file__).parents[3]


class Run:
    """One `python -m keywork.local`, and what it says."""

    def __init__(self, checkout: Path, **environ: str) -> None:
        self.checkout = checkout
        self.began = time.monotonic()
        ours = {name: value for name, value in os.environ.items() if "KEYWORK" not in name}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "keywork.local"],
            cwd=checkout,
            env={**ours, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def read_until(self, words: str) -> None:
        """Read what it says until it says this; fail if it ends without."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return
        pytest.fail(f"It ended without saying “{words}”:\n{self.said}")

    def end(self, number: signal.Signals | None = None) -> int:
        """Send it a signal, if one is given, and wait for its end; its exit status."""
        if number:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.said += rest
        return self.process.returncode

    def parts(self) -> list[psutil.Process]:
        """Every process that this run has started."""
        claim = Claim(self.checkout / "var" / "claim")
        holders = claim.holders()
        claim.release()
        return [process for process in holders if process.pid != self.process.pid]

    def part(self, words: str) -> psutil.Process:
        """The oldest process with these words in its command line."""
        return min(self._with(words), key=psutil.Process.create_time)

    def has_another(self, words: str, part: psutil.Process) -> bool:
        """Whether another process has taken the place of this one."""
        return not part.is_running() and bool(self._with(words))

    def _with(self, words: str) -> list[psutil.Process]:
        found = []
        for process in self.parts():
            with suppress(psutil.Error):  # it ended while we looked
                if words in " ".join(process.cmdline()):
                    found.append(process)
        return found


@pytest.fixture
def checkout(folder: Path) -> Path:
    """A checkout with a space in its path and no `var/` yet: all of this one, by reference."""
    for entry in REPO.iterdir():
        if not entry.name.startswith(".") and entry.name not in {"var", "build"}:
            (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture
def start(checkout: Path) -> Iterator[Start]:
    """Start `make run` there; whatever still runs at the end of the test is killed."""
    runs: list[Run] = []

    def start_one(**environ: str) -> Run:
        runs.append(Run(checkout, **environ))
        return runs[-1]

    yield start_one
    for run in runs:
        run.process.kill()
        run.process.communicate()
    claim = Claim(checkout / "var" / "claim") if (checkout / "var").is_dir() else None
    if claim:
        claim.take_over()
        claim.release()
        remove_socket_folder(checkout / "var")


def test_a_run_from_first_start_to_last(
    start: Start, checkout: Path, eventually: Eventually
) -> None:
    port = str(free_port())
    first = start(PORT=port)
    first.read_until("keywork is ready")
    took = time.monotonic() - first.began
    assert f"http://localhost:{port} " in first.said
    assert (checkout / "var" / "environment").stat().st_mode & 0o777 == 0o600

    second = start(PORT=str(free_port()))
    assert second.end() == 1
    assert second.said == (
        "make run: `make run` is already running here: "
        f"stop it first (`kill {first.process.pid}`).\n"
    )

    for name, words in PARTS.items():
        part = first.part(words)
        part.kill()
        first.read_until(f"{name} stopped (ended by SIGKILL); starting it again.")
        eventually(partial(first.has_another, words, part))

    assert first.end(signal.SIGINT) == 0
    assert "Stopping...\nStopped.\n" in first.said
    assert first.parts() == []
    assert not (checkout / "var" / "environment").exists()

    third = start(PORT=port)
    third.read_until("keywork is ready")
    # A newcomer is promised ten seconds; here other tests have most of the machine.
    assert time.monotonic() - third.began < took
    for process in (third.process, *third.parts()):
        process.kill()
    third.end()

    fourth = start(PORT=port)
    fourth.read_until("keywork is ready")
    fourth.process.kill()
    eventually(lambda: fourth.parts() == [])


def test_servers_of_ones_own_are_used(start: Start, tmp_path: Path) -> None:
    with throwaway_stack(tmp_path / "own") as own:
        run = start(
            PORT=str(free_port()),
            KEYWORK_DATABASE_URL=own.database_url,
            KEYWORK_OWNER_DATABASE_URL=own.owner_database_url,
            KEYWORK_REDIS_URL=own.redis_url,
        )
        run.read_until("keywork is ready")
        assert "Starting PostgreSQL" not in run.said
        assert "Starting Valkey" not in run.said
        assert run.end(signal.SIGTERM) == 0


def test_a_busy_port_is_refused(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = start(PORT=str(port))
        assert run.end() == 1
    assert f"Port {port} is used by another program: stop that, or choose another" in run.said


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT must be a number from 1 to 65535, not “eighty”."),
        ({"PORT": "70000"}, "PORT must be a number from 1 to 65535, not “70000”."),
        (
            {"KEYWORK_DATABASE_URL": "postgresql+psycopg://keywork_app@localhost/keywork"},
            "KEYWORK_DATABASE_URL alone is not enough: set both KEYWORK_DATABASE_URL and "
            "KEYWORK_OWNER_DATABASE_URL, or neither.",
        ),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(
    start: Start, environ: dict[str, str], sentence: str
) -> None:
    run = start(**{"PORT": str(free_port()), **environ})
    assert run.end() == 1
    assert run.said == f"make run: {sentence}\n"


def test_a_var_that_is_no_folder_is_refused(start: Start, checkout: Path) -> None:
    (checkout / "var").touch()
    run = start(PORT=str(free_port()))
    assert run.end() == 1
    assert re.fullmatch(r"make run: \S.*/var cannot be used \(.*\): move it away, .*\.\n", run.said)
