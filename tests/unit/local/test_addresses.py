"""How the local parts write down where they are and what they were told."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from keywork.local import postgres
from keywork.local.databases import APP, OWNER
from keywork.local.files import write_environment
from keywork.local.program import Program
from keywork.local.stack import Stack

STACK = Stack(
    superuser_url="postgresql+psycopg://postgres:p%40ss@db.example:5433/postgres?sslmode=require",
    redis_url="redis://:secret@127.0.0.1:6380/0",
)


def test_a_role_comes_in_by_the_same_door_as_the_superuser() -> None:
    door = "p%40ss@db.example:5433"
    assert STACK.database_url == f"postgresql+psycopg://{APP}:{door}/keywork?sslmode=require"
    assert STACK.url(OWNER, "test_gw0") == (
        f"postgresql+psycopg://{OWNER}:{door}/test_gw0?sslmode=require"
    )


def test_another_redis_database_is_another_number() -> None:
    assert STACK.redis_database(3) == "redis://:secret@127.0.0.1:6380/3"


@pytest.mark.parametrize("value", ["/a b/c", "it's", 'say "so"', "back\\slash", "#5", "$HOME", ""])
def test_the_environment_file_is_read_as_it_was_written(tmp_path: Path, value: str) -> None:
    path = tmp_path / "environment"
    write_environment(path, {"KEYWORK_FILES_DIR": value, "KEYWORK_LAST": "yes"})
    assert dotenv_values(path, interpolate=False) == {
        "KEYWORK_FILES_DIR": value,
        "KEYWORK_LAST": "yes",
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("usual", ["/" + "long/" * 20, "/with space", "/with,comma", "/quo'te"])
def test_a_socket_has_a_short_plain_path(monkeypatch: pytest.MonkeyPatch, usual: str) -> None:
    monkeypatch.setattr("tempfile.tempdir", usual)
    assert postgres._short_temporary_folder() == "/tmp"


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("", "it said nothing"),
        ("starting\nlistening\n\n", "listening"),
        ("FATAL: no room\nLOG: shut down\n", "FATAL: no room"),
        ("Traceback:\nImportError: no x\nbye", "ImportError: no x"),
    ],
)
def test_last_words_are_the_last_complaint_or_else_the_last_line(
    tmp_path: Path, log: str, words: str
) -> None:
    path = tmp_path / "web.log"
    path.write_text(log)
    assert Program("Web", [], path, -1).last_words() == f"“{words}” (see {path})."
