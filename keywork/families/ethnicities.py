"""Ethnic groups: reference data, in `config/reference/ethnicities.toml`."""

from collections.abc import Mapping
from functools import lru_cache

from keywork.kernel.reference import reference_data


@lru_cache
def ethnicities() -> Mapping[str, str]:
    """Every ethnic group by its key, as the census orders them: `White: Irish`."""
    return {
        key: f"{group['name']}: {name}"
        for group in reference_data("ethnicities")["groups"]
        for key, name in group["categories"].items()
    }
