"""The two servers: private, able to come back after anything, and clear about what stops them."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.engine import make_url

from keywork.local import postgres
from keywork.local.claim import Claim
from keywork.local.databases import APP, OWNER, connect
from keywork.local.problem import Problem
from keywork.local.program import Program
from keywork.local.stack import Stack, local_stack, throwaway_stack

Eventually = Callable[[Callable[[], bool]], None]

# Starts a stack, stores something in both servers, says so and waits.
HOLDER = """
import sys
from pathlib import Path
import redis
from keywork.local.databases import connect
from keywork.local.stack import local_stack
with local_stack(Path(sys.argv[1]), durable=True) as stack:
    with connect(stack.owner_database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 79.99 AS pounds")
    redis.Redis.from_url(stack.redis_url).set("kept", "yes")
    print("stored", flush=True)
    input()
"""


def query(url: str, statement: str) -> list[Any]:
    """Run one statement at an SQLAlchemy address; the rows, if it has any."""
    with connect(url) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def refused(folder: Path, sentence: str) -> None:
    """Assert that a stack in this folder is refused with a sentence that matches."""
    with pytest.raises(Problem, match=sentence), local_stack(folder, durable=False):
        pass


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack in a folder whose path has a space and is too long for a socket."""
    folder = tmp_path_factory.mktemp("with space") / ("long" * 30)
    with local_stack(folder, durable=False) as stack:
        yield stack


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that runs a stack in the folder and has stored something there."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    with process.stdin, process.stdout:
        assert process.stdout.readline() == b"stored\n"
        yield process
        process.kill()
        process.wait()
    claim = Claim(folder / "claim")
    claim.take_over()
    claim.release()
    postgres.remove_socket_folder(folder)


def test_the_roles_may_do_little(stack: Stack) -> None:
    rows = query(
        stack.superuser_url,
        "SELECT rolname, rolcanlogin, rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls"
        " OR rolreplication FROM pg_roles WHERE rolname LIKE 'keywork%' ORDER BY 1",
    )
    assert rows == [(APP, True, False), (OWNER, True, False)]


def test_the_owner_role_owns_the_database_and_the_application_role_nothing(stack: Stack) -> None:
    owner = "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'keywork'"
    assert query(stack.database_url, owner) == [(OWNER,)]
    owned = f"SELECT count(*) FROM pg_shdepend WHERE refobjid = '{APP}'::regrole"
    assert query(stack.superuser_url, owned) == [(0,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(stack.database_url, "CREATE TABLE mine ()")


def test_text_is_unicode_and_sorts_the_same_everywhere(stack: Stack) -> None:
    assert query(stack.database_url, "SELECT lower('ÉÑ'), 'Zo' < 'ad'") == [("éñ", True)]


def test_postgres_listens_on_a_private_socket_only(stack: Stack) -> None:
    sockets = Path(str(make_url(stack.superuser_url).query["host"]))
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert query(stack.superuser_url, "SHOW listen_addresses") == [("",)]


def test_redis_asks_for_its_password(stack: Stack) -> None:
    port = make_url(stack.redis_url).port
    once = Retry(NoBackoff(), 0)
    with (
        redis.Redis(port=port or 0, retry=once) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_redis_databases_are_apart(stack: Stack) -> None:
    with (
        redis.Redis.from_url(stack.redis_url) as first,
        redis.Redis.from_url(stack.redis_database(1)) as second,
    ):
        first.set("here", "yes")
        assert second.get("here") is None


def test_databases_are_copied_and_dropped_even_when_in_use(stack: Stack) -> None:
    stack.create_database("original")
    query(stack.url(OWNER, "original"), "CREATE TABLE family AS SELECT 3 AS members")
    stack.create_database("copy", template="original")
    assert query(stack.url(OWNER, "copy"), "SELECT members FROM family") == [(3,)]
    with connect(stack.url(OWNER, "copy")):
        stack.drop_database("copy")
    assert not stack.has_database("copy")
    stack.drop_database("copy")


def test_killing_the_starter_stops_both_servers(
    folder: Path, holder: subprocess.Popen[bytes], eventually: Eventually
) -> None:
    holder.kill()
    claim = Claim(folder / "claim")
    eventually(claim.take)
    claim.release()


def test_killing_everything_loses_nothing(folder: Path, holder: subprocess.Popen[bytes]) -> None:
    claim = Claim(folder / "claim")
    for process in claim.holders():
        process.kill()
    claim.release()
    with local_stack(folder, durable=True) as stack:
        assert str(query(stack.owner_database_url, "SELECT pounds FROM kept")[0][0]) == "79.99"
        with redis.Redis.from_url(stack.redis_url) as client:
            assert client.get("kept") == b"yes"


def test_a_start_takes_over_from_servers_whose_starter_is_gone(
    folder: Path, holder: subprocess.Popen[bytes]
) -> None:
    holder.kill()
    with local_stack(folder, durable=True) as stack:
        assert query(stack.owner_database_url, "SELECT count(*) FROM kept") == [(1,)]


def test_a_stale_pid_that_another_process_has_now_is_not_taken_for_a_server(folder: Path) -> None:
    with local_stack(folder, durable=False):
        note = (folder / "postgres" / "postmaster.pid").read_text()
    stale = note.replace(note.partition("\n")[0], str(os.getpid()), 1)
    (folder / "postgres" / "postmaster.pid").write_text(stale)
    with local_stack(folder, durable=False) as stack:
        assert stack.answers()


def test_a_server_that_somebody_else_started_on_the_folder_is_left_alone(folder: Path) -> None:
    with local_stack(folder, durable=False):
        pass
    data, nothing = folder / "postgres", os.open("/dev/null", 0)
    sockets = tempfile.mkdtemp(prefix="somebody-")
    command = [postgres.binary("postgres"), "-D", str(data), "-c", "listen_addresses="]
    command += ["-k", sockets]
    prefix = postgres.privilege_prefix(os.geteuid())
    other = Program("PostgreSQL", command, folder / "other.log", nothing, prefix=prefix)
    other.start()
    try:
        note = data / "postmaster.pid"
        other.wait_until(lambda: note.exists() and note.read_text() != "")
        refused(folder, "did not start is using")
        assert other.running()
    finally:
        other.stop()
        os.close(nothing)
        shutil.rmtree(sockets)


def test_a_half_made_data_folder_is_made_again(folder: Path) -> None:
    half_made = folder / "postgres.half-made"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18")
    with local_stack(folder, durable=False) as stack:
        assert stack.answers()
    assert not half_made.exists()


@pytest.mark.parametrize("version", [None, "15\n"])
def test_a_folder_of_something_else_is_refused_in_one_sentence(
    folder: Path, version: str | None
) -> None:
    data = folder / "postgres"
    data.mkdir()
    if version:
        (data / "PG_VERSION").write_text(version)
    refused(folder, "is not a PostgreSQL 18 data folder: move it away")


def test_a_damaged_data_folder_is_named_with_its_log(folder: Path) -> None:
    with local_stack(folder, durable=False):
        pass
    (folder / "postgres" / "global" / "pg_control").write_bytes(b"")
    refused(folder, r"PostgreSQL did not start: .*pg_control.*postgres\.log")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_becomes_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(postgres, "NAMESPACE", ("no-such-command",))
    with local_stack(tmp_path / "var", durable=False) as stack:
        assert stack.answers()
        with connect(stack.superuser_url) as connection:
            server = psutil.Process(connection.info.backend_pid)
            assert server.uids().real == postgres.NOBODY
    monkeypatch.undo()
    refused(tmp_path / "var", "belongs to nobody")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_that_cannot_become_anybody_is_told_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    refused(folder, "run this as an ordinary user")


def test_a_throw_away_stack_leaves_nothing(folder: Path) -> None:
    abandoned = folder / "abandoned"
    with local_stack(abandoned, durable=False):
        pass
    with throwaway_stack(folder) as stack:
        assert stack.answers()
        assert not abandoned.exists()
    assert list(folder.iterdir()) == []


def test_a_command_can_have_a_stack_to_itself(folder: Path) -> None:
    command = [sys.executable, "-c", "import os; print(os.environ['KEYWORK_DATABASE_URL'])"]
    ran = subprocess.run(
        [sys.executable, "-m", "keywork.local.stack", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"postgresql+psycopg://{APP}@/keywork?host=")
