"""Asking the virus scanner."""

from pathlib import Path

import pytest

from keywork.kernel.errors import Refusal
from keywork.kernel.scanning import CLEAN, NOT_SCANNED, scan
from tests.integration.documents.clamd import HARMFUL, clamd


def test_what_is_harmless_is_clean_and_what_is_harmful_is_refused(tmp_path: Path) -> None:
    for address in ("", str(tmp_path / "clamd")):
        with clamd(address) as url:
            assert scan(url, bytes(300_000)) == CLEAN
            with pytest.raises(Refusal, match="virus was found") as refused:
                scan(url, bytes(300_000) + HARMFUL)
            assert refused.value.field == "file"


def test_without_a_scanner_nothing_is_said_to_be_clean() -> None:
    assert scan("", HARMFUL) == NOT_SCANNED


def test_a_scanner_that_does_not_answer_lets_nothing_through(tmp_path: Path) -> None:
    with clamd() as url, pytest.raises(Refusal, match="could not be checked"):
        scan(url, b"hang up")
    for away in (url, f"unix://{tmp_path}/nobody", "nonsense", "tcp://127.0.0.1:99999"):
        with pytest.raises(Refusal, match="could not be checked"):
            scan(away, b"x")
