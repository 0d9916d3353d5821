"""Both servers together, on addresses of their own, for as long as a `with` block lasts.

    with local_stack(folder, durable=True) as stack:
        create_engine(stack.database_url)

`python -m keywork.local.stack COMMAND ARGUMENT...` runs a command with throw-away servers in its
environment.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from keywork.local.claim import Claim
from keywork.local.databases import APP, OWNER, DatabaseServer
from keywork.local.postgres import local_postgres, remove_socket_folder
from keywork.local.problem import Problem
from keywork.local.valkey import local_valkey


@dataclass(frozen=True)
class Stack(DatabaseServer):
    """Where the two servers are."""

    redis_url: str

    @property
    def database_url(self) -> str:
        """The database `keywork`, as the application's role."""
        return self.url(APP)

    @property
    def owner_database_url(self) -> str:
        """The database `keywork`, as the role that owns it and runs migrations."""
        return self.url(OWNER)

    def redis_database(self, number: int) -> str:
        """The address of another of the Redis server's sixteen databases."""
        return f"{self.redis_url.rpartition('/')[0]}/{number}"


@contextmanager
def local_stack(folder: Path, *, durable: bool) -> Iterator[Stack]:
    """Start PostgreSQL and Valkey with their data in `folder`, and stop them at the end.

    What an earlier run left behind in the folder is stopped first.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    claim = Claim(folder / "claim")
    try:
        claim.take_over()
        logs = folder / "postgres.log", folder / "valkey.log"
        with (
            local_postgres(folder, claim, logs[0], durable=durable) as postgres,
            local_valkey(folder, claim, logs[1], durable=durable) as valkey,
        ):
            yield Stack(postgres.server.superuser_url, valkey.url)
    finally:
        claim.release()


@contextmanager
def throwaway_stack(parent: Path) -> Iterator[Stack]:
    """A stack in a new folder under `parent`, deleted at the end.

    Folders that a killed run could not delete are deleted now.
    """
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for abandoned in parent.iterdir():
        _delete_if_abandoned(abandoned)
    folder = Path(tempfile.mkdtemp(dir=parent))
    try:
        with local_stack(folder, durable=False) as stack:
            yield stack
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _delete_if_abandoned(folder: Path) -> None:
    if not (folder / "claim").exists():
        return
    claim = Claim(folder / "claim")
    if claim.take():
        remove_socket_folder(folder)
        shutil.rmtree(folder, ignore_errors=True)
    claim.release()


def environment(stack: Stack, folder: Path) -> Mapping[str, str]:
    """The settings that point keywork at a throw-away stack."""
    return {
        "KEYWORK_DATABASE_URL": stack.database_url,
        "KEYWORK_OWNER_DATABASE_URL": stack.owner_database_url,
        "KEYWORK_REDIS_URL": stack.redis_url,
        "KEYWORK_SECRET_KEY": secrets.token_hex(32),
        "KEYWORK_PRODUCTION": "false",
        "KEYWORK_FILES_DIR": str(folder),
    }


def main(command: list[str]) -> int:
    """Run a command with throw-away servers; its exit status."""
    try:
        with (
            throwaway_stack(Path("var/throw-away")) as stack,
            tempfile.TemporaryDirectory() as files,
        ):
            env = {**os.environ, **environment(stack, Path(files))}
            return subprocess.run(command, env=env, check=False).returncode
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
