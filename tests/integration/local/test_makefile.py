"""The Makefile's own refusals, each in one sentence."""

import os
import subprocess
from pathlib import Path

import pytest

REPO = Path(__file__).parents[3]


@pytest.fixture
def checkout(folder: Path) -> Path:
    """A fresh checkout, as far as make is concerned."""
    for name in ("Makefile", "pyproject.toml", "requirements"):
        (folder / name).symlink_to(REPO / name)
    return folder


def run_make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make there, as if not from another make."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=checkout, env=env, capture_output=True, text=True, check=False
    )


def make(checkout: Path, *arguments: str) -> tuple[int, str]:
    """Run make there; its exit status, and what it complains of besides make's own last line."""
    ran = run_make(checkout, *arguments)
    complaints = [line for line in ran.stderr.splitlines() if not line.startswith("make")]
    return ran.returncode, "\n".join(complaints)


def fake_python(checkout: Path, version: int, pip: int) -> str:
    """A Python whose answers to the questions about its version and its pip are these statuses."""
    path = checkout / "python"
    path.write_text(f"#!/bin/sh\ncase $2 in *pip*) exit {pip};; *) exit {version};; esac\n")
    path.chmod(0o755)
    return f"PYTHON=./{path.name}"


def test_help_names_every_target_that_is_meant_for_people(checkout: Path) -> None:
    named = [line.split()[0] for line in run_make(checkout).stdout.splitlines()]
    assert named == [
        *("help", "run", "test", "check", "lint"),
        *("leaks", "audit", "bench", "format", "requirements", "clean"),
    ]


@pytest.mark.parametrize("target", ["run", "test"])
def test_an_old_or_missing_python_is_refused(checkout: Path, target: str) -> None:
    for python in (fake_python(checkout, version=1, pip=0), "PYTHON=no-such-python"):
        status, complaint = make(checkout, target, python)
        assert status != 0
        assert complaint.startswith("keywork needs Python 3.11 or later, and ")
        assert not (checkout / ".venv").exists()


def test_a_missing_pip_is_named_with_its_package(checkout: Path) -> None:
    status, complaint = make(checkout, "run", fake_python(checkout, version=0, pip=1))
    assert status != 0
    assert (
        "has no pip 22.3 or later: install it (on Debian and Ubuntu: apt-get install python3-pip)"
        in complaint
    )


def test_a_broken_environment_is_named(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "local.stamp").touch()
    status, complaint = make(checkout, "run")
    assert status != 0
    assert complaint.startswith(".venv does not work any more")


def test_clean_keeps_the_data(checkout: Path) -> None:
    for name in (".venv", "var", ".mypy_cache", "keywork.egg-info", "some/__pycache__"):
        (checkout / name).mkdir(parents=True)
    assert make(checkout, "clean") == (0, "")
    assert {path.name for path in checkout.iterdir()} == {
        *("Makefile", "pyproject.toml", "requirements", "var", "some"),
    }
    assert list((checkout / "some").iterdir()) == []
