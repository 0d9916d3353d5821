"""Why records open, close, split and join: reference data, in config/reference."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from keywork.kernel.reference import reference_data


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
    tables = reference_data("record_reasons")
    return {act: named for act, named in tables.items() if isinstance(named, dict)}
