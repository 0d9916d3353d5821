"""What the pages about security name is there."""

import re

from config.settings import ROOT

PAGES = [ROOT / "docs" / name for name in ("security.md", "operations.md", "data-protection.md")]
FOLDERS = r"(?:\.ci|config|docs|keywork|migrations|requirements|templates|tests|worker)"


def test_every_test_and_every_file_that_is_named_is_there() -> None:
    tests = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    said = "\n".join(page.read_text() for page in PAGES)
    named = set(re.findall(r"`(test_\w+)`", said))
    assert len(named) > 50
    assert named - tests == set()
    files = set(re.findall(rf"`({FOLDERS}/[\w./-]*)`", said))
    assert [name for name in sorted(files) if not (ROOT / name).exists()] == []
