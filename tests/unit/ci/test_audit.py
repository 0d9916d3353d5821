"""What CI makes of what pip-audit says; silence is never taken for good news."""

import json
import runpy
from collections.abc import Callable
from typing import Any

import pytest

from config.settings import ROOT

FINE = {"name": "flask", "version": "3.1.3", "vulns": []}
UNKNOWN = {"name": "celery", "skip_reason": "Dependency not found"}
BAD = {"name": "jinja2", "version": "1.0", "vulns": [{"id": "PYSEC-1"}, {"id": "CVE-2"}]}

Verdict = Callable[[str, str], tuple[int, list[str]]]


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    """The function of CI's own program."""
    found: Verdict = runpy.run_path(str(ROOT / ".ci" / "audit.py"))["verdict"]
    return found


def said(*dependencies: dict[str, Any]) -> str:
    """What pip-audit writes."""
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_what_is_known_fails_the_build_and_what_is_not_looked_up_is_said(verdict: Verdict) -> None:
    assert verdict(said(FINE), "") == (0, ["Looked up 1 of 1 dependencies."])
    status, notes = verdict(said(FINE, BAD, UNKNOWN), "")
    assert status == 1
    assert "jinja2 1.0: PYSEC-1, CVE-2" in notes
    assert any("NOT AUDITED" in note and "celery" in note for note in notes)


@pytest.mark.parametrize("output", ["", "not json", "{}", said(), said(FINE, UNKNOWN)])
def test_nothing_is_taken_for_harmless_that_was_not_looked_up(
    verdict: Verdict, output: str
) -> None:
    status, notes = verdict(output, "Traceback\nConnectionError: no route")
    assert status == 3
    if not output.startswith('{"dep'):
        assert notes == [
            "NOT AUDITED: the vulnerability service did not answer.",
            "ConnectionError: no route",
        ]
