"""Ethnic groups: reference data, in `config/reference/ethnicities.toml`."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).resolve().parents[2] / "config" / "reference" / "ethnicities.toml"


@lru_cache
def ethnicities() -> Mapping[str, str]:
    """Every ethnic group by its key, as the census orders them: `White: Irish`."""
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return {
        key: f"{group['name']}: {name}"
        for group in data["groups"]
        for key, name in group["categories"].items()
    }
