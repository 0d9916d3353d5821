"""Reference data: the files in `config/reference` and `config/policy`, each read once."""

import tomllib
from functools import cache
from typing import Any

from config.settings import ROOT


@cache
def reference_data(name: str, folder: str = "reference") -> dict[str, Any]:
    """What stands in `config/<folder>/<name>.toml`, which nobody may change."""
    path = ROOT / "config" / folder / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
