"""What dies is started again; what keeps dying ends the run, and says so."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keywork.local.problem import Problem
from keywork.local.program import Program
from keywork.local.supervisor import Supervisor

MakeProgram = Callable[..., Program]


@pytest.fixture
def program(folder: Path) -> Iterator[MakeProgram]:
    nothing = os.open("/dev/null", 0)
    yield lambda name, *command: Program(name, command, folder / f"{name}.log", nothing)
    os.close(nothing)


def test_a_killed_program_is_started_again(program: MakeProgram) -> None:
    said: list[str] = []
    sleeper = program("Sleeper", "sleep", "60")
    with Supervisor([], said.append) as supervisor:
        supervisor.start(sleeper)
        first = sleeper.pid
        assert first
        os.kill(first, signal.SIGKILL)
        supervisor.look_after(until=lambda: sleeper.pid != first)
        assert sleeper.running()
    assert not sleeper.running()
    assert said == ["Sleeper stopped (ended by SIGKILL); starting it again."]


def test_a_program_that_keeps_ending_ends_the_run(program: MakeProgram) -> None:
    bystander = program("Bystander", "sleep", "60")
    failing = program("Failing", "sh", "-c", "echo ImportError: no such thing; exit 3")
    with Supervisor([], lambda line: None) as supervisor:
        supervisor.start(bystander)
        supervisor.start(failing)
        with pytest.raises(Problem, match="Failing keeps stopping: “ImportError: no such thing"):
            supervisor.look_after(until=lambda: False)
    assert not bystander.running()
