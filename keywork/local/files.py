"""Files that only their owner may read."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read, and that nobody ever sees half-written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)


def write_environment(path: Path, variables: Mapping[str, str]) -> None:
    """Write variables as a `.env` file, so that `keywork` in another terminal finds the servers."""
    lines = (f"{name}='{_escaped(value)}'\n" for name, value in variables.items())
    write_private(path, "".join(lines).encode())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
