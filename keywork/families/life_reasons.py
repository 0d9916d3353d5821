"""Why records open, close, split and join: reference data, in config/reference."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_DATA: Final = Path(__file__).resolve().parents[2] / "config" / "reference" / "record_reasons.toml"


def reasons(act: str) -> Mapping[str, str]:
    """The reasons there are for closing, reopening, splitting or joining, in words, by key."""
    found: dict[str, str] = _data()[act]
    return found


def in_words(key: str, words: str = "") -> str:
    """A reason as a sentence, and what was said besides."""
    sentence = next(named[key] for named in _data().values() if key in named) + "."
    return f"{sentence} {words}".strip()


@lru_cache
def _data() -> dict[str, Any]:
    tables = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return {act: named for act, named in tables.items() if isinstance(named, dict)}
