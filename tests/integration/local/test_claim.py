"""Nothing of an earlier run is trusted to be gone, or taken for what it is not."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from keywork.local.claim import Claim
from keywork.local.program import Program

Eventually = Callable[[Callable[[], bool]], None]

HEEDING = "import signal, time; signal.signal(signal.SIGINT, signal.{}); "
PATIENT, STUBBORN = (
    HEEDING.format(handler) + "print('up', flush=True); time.sleep(60)"
    for handler in ("default_int_handler", "SIG_IGN")
)
"""Said outright: a shell lets what it starts in the background ignore an interrupt."""


@pytest.fixture
def claim(folder: Path) -> Iterator[Claim]:
    claim = Claim(folder / "claim")
    yield claim
    claim.release()


@pytest.fixture
def earlier(folder: Path) -> Claim:
    """The claim of an earlier run that went without stopping its children."""
    earlier = Claim(folder / "claim")
    assert earlier.take()
    return earlier


def orphan(earlier: Claim, code: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, pass_fds=(earlier.fd,)
    )
    assert process.stdout
    assert process.stdout.readline() == b"up\n"
    process.stdout.close()
    return process


def test_a_claim_is_for_one(claim: Claim, earlier: Claim) -> None:
    assert not claim.take()
    earlier.release()
    assert claim.take()


def test_a_claim_lasts_as_long_as_a_child_that_shares_it(claim: Claim, earlier: Claim) -> None:
    child = orphan(earlier, PATIENT)
    earlier.release()
    assert not claim.take()
    assert [holder.pid for holder in claim.holders()] == [child.pid]
    child.kill()
    child.wait()
    assert claim.take()


@pytest.mark.parametrize(
    ("code", "patience", "end"),
    [(PATIENT, 10, signal.SIGINT), (STUBBORN, 0.3, signal.SIGKILL)],
    ids=["asked", "killed"],
)
def test_what_an_earlier_run_left_is_stopped(
    claim: Claim, earlier: Claim, code: str, patience: float, end: signal.Signals
) -> None:
    child = orphan(earlier, code)
    earlier.release()
    claim.take_over(patience)
    assert child.wait() == -end


def test_a_program_ends_with_whoever_started_it(folder: Path, eventually: Eventually) -> None:
    starter = (
        "import os, psutil, sys; from pathlib import Path\n"
        "from keywork.local.program import Program\n"
        "program = Program('Sleep', ['sleep', '60'], Path(sys.argv[1]), os.open('/dev/null', 0))\n"
        "program.start()\n"
        "program.wait_until(lambda: psutil.Process(program.pid).name() == 'sleep')\n"
        "print(program.pid, flush=True); input()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", starter, str(folder / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdin
    with process.stdout, process.stdin:
        pid = int(process.stdout.readline())
        assert psutil.pid_exists(pid)
        process.kill()
        process.wait()
        eventually(lambda: not psutil.pid_exists(pid))


def test_a_program_that_cannot_start_says_why(folder: Path) -> None:
    program = Program("Nothing", ["/no/such/program"], folder / "log", os.open("/dev/null", 0))
    program.start()
    assert program.wait() == 1
    assert "/no/such/program could not be started" in program.last_words()
