"""A signal does not make us forget a process that was just started."""

import signal
from collections.abc import Iterator

import pytest

from keywork.local.program import uninterrupted


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """The numbers of the SIGTERMs that got through."""
    numbers: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: numbers.append(number))
    yield numbers
    signal.signal(signal.SIGTERM, before)


def test_signals_are_held_back_and_then_delivered(heard: list[int]) -> None:
    with uninterrupted():
        signal.raise_signal(signal.SIGTERM)
        assert heard == []
    assert heard == [signal.SIGTERM]
    signal.raise_signal(signal.SIGTERM)
    assert heard == [signal.SIGTERM] * 2
