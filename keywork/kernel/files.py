"""Uploaded files, kept outside the web root under random names.

A file is written, and on the disk for good, before the row that names it is committed. So a row
never lacks its file; a file may lack its row, when what was to be committed was not, and `sweep`
removes it.
"""

import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from config.settings import settings
from keywork.kernel import clock, scanning
from keywork.kernel.database import Base, Recorded
from keywork.kernel.errors import Refusal
from keywork.kernel.file_kinds import MB, Kind, kind_of

GRACE: Final = timedelta(days=1)
"""How old a file that no row names must be: longer than any upload takes to be committed."""

_OURS: Final = re.compile(r"[0-9a-f]{32}")
_BATCH: Final = 1000


class StoredFile(Base):
    """A file that is kept, by its random name; the room it belongs to says whose it is."""

    __tablename__ = "stored_file"

    name: Mapped[str] = mapped_column(primary_key=True)
    scan: Mapped[str]
    """What the virus scanner said: scanning.CLEAN or NOT_SCANNED."""

    kept_at: Mapped[Recorded]


@dataclass(frozen=True)
class Upload:
    """A file as it came, under the name it had on somebody's device."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Kept:
    """A file that was found right and is kept."""

    stored_name: str
    kind: Kind
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True)
class Made:
    """A file of our own making, and kept."""

    stored_name: str
    size_bytes: int
    sha256: bytes


def keep(
    session: Session, folder: str, upload: Upload, *, kinds: Collection[Kind], megabytes: int
) -> Kept:
    """Keep a file in a folder of ours. Raises Refusal, for the field `file`, when it is too large,
    of no kind we take, not what its name says, or not found harmless by the virus scanner."""
    content = upload.content
    if not 0 < len(content) <= megabytes * MB:
        raise Refusal(f"The file must be {megabytes} MB or smaller", "file")
    kind = kind_of(upload.name, content, kinds)
    scan = scanning.scan(settings().clamd_url, content)
    name = uuid4().hex
    session.add(StoredFile(name=name, scan=scan))
    session.flush()
    _write(path_of(folder, name), lambda file: file.write(content))
    return Kept(name, kind, len(content), hashlib.sha256(content).digest())


def make(session: Session, folder: str, write: Callable[[IO[bytes]], None]) -> Made:
    """Keep a file of our own making in a folder of ours: `write` is given it, open and empty."""
    name = uuid4().hex
    session.add(StoredFile(name=name, scan=scanning.NOT_SCANNED))
    session.flush()
    path = path_of(folder, name)
    _write(path, write)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").digest()
    return Made(name, path.stat().st_size, sha256)


def path_of(folder: str, stored_name: str) -> Path:
    """Where a file is."""
    return settings().files_dir / folder / stored_name


def sweep(session: Session) -> int:
    """Remove the files that no row names; says how many they were."""
    removed = 0
    old = list(_old_files(settings().files_dir))
    for start in range(0, len(old), _BATCH):
        batch = {path.name: path for path in old[start : start + _BATCH]}
        known = session.scalars(select(StoredFile.name).where(StoredFile.name.in_(batch)))
        for name in batch.keys() - set(known):
            batch[name].unlink(missing_ok=True)
            removed += 1
    return removed


def _old_files(root: Path) -> Iterator[Path]:
    before = (clock.now() - GRACE).timestamp()
    for path in root.glob("*/*"):
        if _OURS.fullmatch(path.name) and path.is_file() and path.stat().st_mtime < before:
            yield path


def _write(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file that survives a power cut, and its name too, once this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
