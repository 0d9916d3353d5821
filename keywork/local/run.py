"""What `make run` does: every part of keywork on this machine, from an empty folder to a page."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from config.production import LOCAL_SECRET
from keywork.demo.people import one_per_role
from keywork.local.claim import Claim
from keywork.local.databases import APP, OWNER
from keywork.local.files import write_environment, write_private
from keywork.local.mailbox import HOST
from keywork.local.postgres import local_postgres
from keywork.local.problem import Problem
from keywork.local.program import Program, tethered
from keywork.local.supervisor import Supervisor
from keywork.local.valkey import free_port, local_valkey

READY_SECONDS = 60
DATABASE_URLS = ("KEYWORK_DATABASE_URL", "KEYWORK_OWNER_DATABASE_URL")
REDIS_URL = "KEYWORK_REDIS_URL"
PYTHON = (sys.executable, "-m")
KEYWORK = (sys.executable, "-c", "from keywork.cli import main; main()")


@dataclass(frozen=True)
class Place:
    """Where a run works: the port it answers on, its folder, and its claim on that folder."""

    port: int
    var: Path
    claim: Claim

    def log(self, name: str) -> Path:
        """The log of one program."""
        return self.var / "log" / f"{name}.log"

    def program(self, name: str, log: str, env: Mapping[str, str], *command: str) -> Program:
        """A command of ours as a program of this run."""
        return Program(name, command, self.log(log), self.claim.fd, env=env)


def main() -> int:
    """Run until Ctrl-C; the exit status."""
    try:
        with ExitStack() as stack:
            _stop_on_signals()
            run(stack, os.environ)
    except KeyboardInterrupt:
        say("Stopped.")
        return 0
    except Problem as problem:
        print(f"make run: {problem}", file=sys.stderr)
        return 1
    return 0


def run(stack: ExitStack, environ: Mapping[str, str]) -> None:
    """Start every part, say how to sign in, and look after the parts until a signal comes."""
    place = stack.enter_context(_place(_port(environ), Path("var").absolute()))
    servers, addresses = _servers(stack, place, environ)
    env = {**environ, **_own_settings(place), **addresses, "PYTHONUNBUFFERED": "1"}
    _leave_environment(stack, place, env)
    _prepare_data(place, env)
    say("Starting keywork...")
    supervisor = stack.enter_context(Supervisor(servers, say))
    for program in programs(place, env):
        supervisor.start(program)
    deadline = time.monotonic() + READY_SECONDS
    supervisor.look_after(until=lambda: _ready(place.port, deadline))
    _say_how_to_sign_in(place.port)
    supervisor.look_after(until=lambda: False)


def say(line: str) -> None:
    """Tell the person at the terminal something, at once, if the terminal is still there."""
    with suppress(OSError):
        print(line, flush=True)


def _stop_on_signals() -> None:
    """The first signal stops everything in order; further ones do not disturb that."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        numbers.append(signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        say("\nStopping...")
        raise KeyboardInterrupt

    for each in numbers:
        signal.signal(each, stop)


def _port(environ: Mapping[str, str]) -> int:
    """The port to answer on; refused at once if something else does."""
    asked = environ.get("PORT") or "8000"
    if not (asked.isascii() and asked.isdigit() and 0 < int(asked) < 65536):
        raise Problem(f"PORT must be a number from 1 to 65535, not “{asked}”.")
    return int(asked)


def _refuse_busy(port: int) -> None:
    elsewhere = f"stop that, or choose another port: `make run PORT={port % 65535 + 1}`."
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except PermissionError:
        raise Problem(f"Port {port} needs more rights than you have: use one above 1023.") from None
    except OSError:
        raise Problem(f"Port {port} is used by another program: {elsewhere}") from None


@contextmanager
def _place(port: int, var: Path) -> Iterator[Place]:
    """The run's own folder, taken for this run alone, with whatever an earlier run left stopped."""
    try:
        for folder in (var, var / "log", var / "files", var / "mailbox"):
            folder.mkdir(mode=0o700, exist_ok=True)
        alone, claim = Claim(var / "run.lock"), Claim(var / "claim")
    except OSError as error:
        raise Problem(
            f"{error.filename} cannot be used ({error.strerror}): move it away, or run this as "
            "whoever it belongs to."
        ) from error
    try:
        if not alone.take(5):
            pids = " ".join(str(process.pid) for process in alone.holders())
            raise Problem(f"`make run` is already running here: stop it first (`kill {pids}`).")
        claim.take_over()
        _refuse_busy(port)
        for log in (var / "log").glob("*.log"):
            log.replace(log.with_suffix(".log.1"))
        yield Place(port, var, claim)
    finally:
        claim.release()
        alone.release()


def _servers(
    stack: ExitStack, place: Place, environ: Mapping[str, str]
) -> tuple[list[Program], dict[str, str]]:
    """Start the servers whose addresses are not given; return their programs and addresses."""
    programs: list[Program] = []
    addresses: dict[str, str] = {}
    given = [name for name in DATABASE_URLS if environ.get(name)]
    if len(given) == 1:
        raise Problem(
            f"{given[0]} alone is not enough: set both {' and '.join(DATABASE_URLS)}, or neither."
        )
    if not given:
        say("Starting PostgreSQL...")
        postgres = stack.enter_context(
            local_postgres(place.var, place.claim, place.log("postgres"), durable=True)
        )
        programs.append(postgres.program)
        roles = zip(DATABASE_URLS, (APP, OWNER), strict=True)
        addresses |= {name: postgres.server.url(role) for name, role in roles}
    if not environ.get(REDIS_URL):
        say("Starting Valkey...")
        valkey = stack.enter_context(
            local_valkey(place.var, place.claim, place.log("valkey"), durable=True)
        )
        programs.append(valkey.program)
        addresses[REDIS_URL] = valkey.url
    return programs, addresses


def _own_settings(place: Place) -> dict[str, str]:
    """What a run decides by itself, whatever is set elsewhere."""
    return {
        "KEYWORK_SECRET_KEY": _secret_key(place.var / "secret-key"),
        "KEYWORK_FILES_DIR": str(place.var / "files"),
        "KEYWORK_MAILBOX_DIR": str(place.var / "mailbox"),
        "KEYWORK_SMTP_URL": f"smtp://{HOST}:{free_port()}",
        "KEYWORK_BASE_URL": f"http://localhost:{place.port}",
        "KEYWORK_SECURE_COOKIES": "false",  # there is no TLS on localhost
        "KEYWORK_PRODUCTION": "false",
        "KEYWORK_DEMO": "true",
        "KEYWORK_SECOND_FACTOR_WAIVERS": "true",
    }


def _secret_key(path: Path) -> str:
    """The key that signs sessions: made once, then kept."""
    if not path.exists():
        write_private(path, f"{LOCAL_SECRET}{secrets.token_hex(32)}".encode())
    return path.read_text()


def _leave_environment(stack: ExitStack, place: Place, env: Mapping[str, str]) -> None:
    """Note the settings for as long as they are true, for `keywork` in another terminal."""
    path = place.var / "environment"
    stack.callback(path.unlink, missing_ok=True)
    ours = {name: value for name, value in env.items() if name.startswith("KEYWORK_")}
    write_environment(path, ours)


def _prepare_data(place: Place, env: Mapping[str, str]) -> None:
    """Bring the database up to date and, the first time, fill it with the demo locality."""
    say("Bringing the database up to date...")
    upgrade = place.program("The upgrade", "upgrade", env, *KEYWORK, "db", "upgrade")
    try:
        upgrade.start()
        if upgrade.wait() != 0:
            raise Problem(f"The database could not be brought up to date: {upgrade.last_words()}")
    finally:
        upgrade.stop()
    load = tethered([*KEYWORK, "demo", "load", "--if-empty"])
    if subprocess.run(load, env=env, pass_fds=(place.claim.fd,), check=False).returncode != 0:
        raise Problem("The demo locality could not be loaded, for the reason above.")


def programs(place: Place, env: Mapping[str, str]) -> list[Program]:
    """Keywork's own processes, in the order they start."""
    celery = (*PYTHON, "celery", "--app", "worker.app")
    worker = ("worker", "--concurrency", "2", "--without-gossip", "--without-mingle")
    beat = ("beat", "--schedule", str(place.var / "beat-schedule"))
    bind = f"{HOST}:{place.port}"
    smtp_port = env["KEYWORK_SMTP_URL"].rpartition(":")[2]
    mailbox = (*PYTHON, "keywork.local.mailbox", smtp_port, env["KEYWORK_MAILBOX_DIR"])
    relay = (*PYTHON, "worker.relay")
    web = (*PYTHON, "gunicorn", "--config", "config/gunicorn.py", "--bind", bind, "wsgi:app")
    return [
        place.program("The mailbox", "mailbox", env, *mailbox),
        place.program("The worker", "worker", env, *celery, *worker),
        place.program("The scheduler (beat)", "beat", env, *celery, *beat),
        place.program("The relay", "relay", env, *relay),
        place.program("The web server", "web", env, *web),
    ]


def _ready(port: int, deadline: float) -> bool:
    """Whether the web server says that every part works; by the deadline it has to."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    answer = "the web server does not answer"
    try:
        connection.request("GET", "/health/ready", headers={"Host": f"localhost:{port}"})
        response = connection.getresponse()
        answer = response.read().decode(errors="replace").strip()
        if response.status == http.HTTPStatus.OK:
            return True
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()
    if time.monotonic() > deadline:
        raise Problem(
            f"Not ready after {READY_SECONDS} seconds ({answer}): see the logs in var/log."
        )
    return False


def _say_how_to_sign_in(port: int) -> None:
    say(f"\nkeywork is ready: http://localhost:{port} (Ctrl-C stops it)\n")
    columns = ("role", "name", "email", "password")
    rows = [[person[column] for column in columns] for person in one_per_role()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
