"""The house stays small and tidy: floors, sizes, templates in use."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import ROOT

SOURCES = sorted(
    path
    for folder in ("keywork", "worker", "config", "migrations", "tests", "bench")
    for path in (ROOT / folder).rglob("*.py")
)
TEMPLATES = ROOT / "templates"


def test_imports_only_go_down() -> None:
    # In a process of its own: it reconfigures logging.
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def functions() -> Iterator[tuple[str, int]]:
    """Each function of the sources, with its number of lines."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(ROOT)}:{node.name}"
                yield name, (node.end_lineno or 0) - node.lineno + 1


def test_no_function_is_longer_than_seventy_lines() -> None:
    assert [name for name, lines in functions() if lines > 70] == []


def test_every_public_function_says_what_it_is_for() -> None:
    silent = []
    for path in SOURCES:
        if path.parts[len(ROOT.parts)] not in ("keywork", "worker", "config"):
            continue
        for node in ast.parse(path.read_text()).body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
            if public and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert silent == []


def test_every_template_is_used() -> None:
    said = "\n".join(
        path.read_text()
        for path in [*SOURCES, *TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]
        if "tests" not in path.parts
    )
    named = set(re.findall(r"""["']([\w./-]+\.(?:html|txt|typ))["']""", said))
    printed = "\n".join(path.read_text() for path in (TEMPLATES / "print").glob("*.typ"))
    named |= {f"print/{name}.typ" for name in re.findall(r"""paper\.render\(\s*"(\w+)\"""", said)}
    named |= {f"print/{name}" for name in re.findall(r"""#import "([\w.]+)\"""", printed)}
    fonts = set((TEMPLATES / "print" / "fonts").iterdir())
    templates = {str(p.relative_to(TEMPLATES)) for p in {*TEMPLATES.rglob("*.*")} - fonts}
    assert templates - named == set()


def test_models_are_private_to_their_room() -> None:
    borrowed = []
    for path in (ROOT / "keywork").rglob("*.py"):
        room = path.relative_to(ROOT / "keywork").parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            parts = module.split(".")
            if parts[0] == "keywork" and "models" in parts[2:] and parts[1] != room:
                borrowed.append(f"{path.relative_to(ROOT)}: {module}")
    assert borrowed == []
