"""What the tests of the local parts share: a folder to start them in, and a way to wait."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Eventually = Callable[[Callable[[], bool]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose path has a space in it, as a newcomer's may."""
    path = tmp_path / "with space"
    path.mkdir()
    return path


@pytest.fixture
def eventually() -> Eventually:
    """Wait until something holds, and fail if it does not within twenty seconds."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        pause = threading.Event()
        while not condition():
            assert time.monotonic() < deadline, "This did not come true within twenty seconds."
            pause.wait(0.02)

    return wait
