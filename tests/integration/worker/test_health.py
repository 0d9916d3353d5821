"""Readiness, when there is nothing to be ready with."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Database, application


@pytest.fixture
def tarpit() -> Iterator[int]:
    """The port of a server that lets everybody in and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server.getsockname()[1]


def test_servers_that_do_not_answer_are_named_within_two_seconds(
    tarpit: int, tmp_path: Path
) -> None:
    silent = Database(
        f"postgresql://someone:secret@127.0.0.1:{tarpit}/keywork",
        "",
        f"redis://:secret@127.0.0.1:{tarpit}/0",
    )
    browser = application(silent, tmp_path).test_client()
    for _ in range(3):
        began = time.monotonic()
        answer = browser.get("/health/ready")
        assert time.monotonic() - began < 2
        assert answer.status_code == 503
        assert answer.json == {"database": "not ok", "redis": "not ok", "worker": "not ok"}


def test_servers_that_are_not_there_are_named(tmp_path: Path) -> None:
    absent = Database("postgresql://127.0.0.1:1/keywork", "", "redis://127.0.0.1:1/0")
    answer = application(absent, tmp_path).test_client().get("/health/ready")
    assert answer.status_code == 503
    assert answer.json == {"database": "not ok", "redis": "not ok", "worker": "not ok"}
