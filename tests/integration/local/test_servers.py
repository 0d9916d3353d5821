"""The suite's own servers: one pair for all workers, gone when the run is."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from keywork.local.claim import Claim
from keywork.local.stack import Stack, throwaway_stack

Eventually = Callable[[Callable[[], bool]], None]

CONFTEST = """
import pytest
from tests import servers

def pytest_configure(config):
    servers.start(config)

@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    servers.hand_to(node)

def pytest_unconfigure(config):
    servers.stop(config)

@pytest.fixture(scope="session")
def stack(request):
    return servers.of(request.config)
"""
TESTS = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range(4))
def test_servers(stack, number, worker_id):
    assert stack.answers()
    pathlib.Path(f"{number}-{worker_id}").write_text(stack.superuser_url)
"""
WAITING = """
def test_waits(stack, capfd):
    with capfd.disabled():
        print("waiting", flush=True)
        input()
"""


@pytest.fixture
def suite(folder: Path) -> Callable[..., list[str]]:
    """Write a small test suite in the folder; returns the command that runs it."""

    def write(tests: str, *options: str) -> list[str]:
        (folder / "pytest.ini").touch()
        (folder / "conftest.py").write_text(CONFTEST)
        (folder / "test_inner.py").write_text(tests)
        return [sys.executable, "-m", "pytest", "-p", "xdist.plugin", *options]

    return write


def environment(**more: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(Path.cwd()),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "",
        **more,
    }


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_all_workers_share_servers_that_are_gone_afterwards(
    folder: Path, suite: Callable[..., list[str]], options: tuple[str, ...]
) -> None:
    ran = subprocess.run(
        suite(TESTS, *options),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    noted = list(folder.glob("[0-9]-*"))
    assert len(noted) == 4
    assert len({note.name[2:] for note in noted}) == max(1, len(options))
    assert len({note.read_text() for note in noted}) == 1
    assert list((folder / "var" / "tests").iterdir()) == []


def test_servers_go_with_a_killed_run(
    folder: Path, suite: Callable[..., list[str]], eventually: Eventually
) -> None:
    process = subprocess.Popen(
        suite(WAITING, "-s", "-q"),
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    with process.stdin, process.stdout:
        assert any(b"waiting" in line for line in process.stdout)
        process.kill()
        process.wait()
    (left,) = (folder / "var" / "tests").iterdir()
    claim = Claim(left / "claim")
    eventually(claim.take)
    claim.release()
    with throwaway_stack(folder / "var" / "tests"):
        assert not left.exists()


def test_servers_of_ones_own_are_used(
    folder: Path, suite: Callable[..., list[str]], tmp_path: Path
) -> None:
    with throwaway_stack(tmp_path / "given") as given:
        subprocess.run(
            suite(TESTS, "-n", "1"), cwd=folder, env=environment(**named(given)), check=True
        )
    assert {note.read_text() for note in folder.glob("[0-9]-*")} == {given.superuser_url}
    assert not (folder / "var").exists()


def test_one_server_of_ones_own_is_not_enough(
    folder: Path, suite: Callable[..., list[str]]
) -> None:
    env = environment(KEYWORK_TEST_REDIS_URL="redis://127.0.0.1:6379/0")
    ran = subprocess.run(
        suite(TESTS), cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert "Set both KEYWORK_TEST_POSTGRES_URL and KEYWORK_TEST_REDIS_URL" in ran.stderr


def named(stack: Stack) -> dict[str, str]:
    return {
        "KEYWORK_TEST_POSTGRES_URL": stack.superuser_url,
        "KEYWORK_TEST_REDIS_URL": stack.redis_url,
    }
