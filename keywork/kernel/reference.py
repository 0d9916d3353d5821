"""Reference data: the files in `config/reference`, each read once."""

import tomllib
from functools import cache
from typing import Any

from config.settings import ROOT


@cache
def reference_data(name: str) -> dict[str, Any]:
    """What stands in `config/reference/<name>.toml`, which nobody may change."""
    path = ROOT / "config" / "reference" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
