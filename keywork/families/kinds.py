"""What entries can be: kinds, sources and domains; reference data, in `config/reference`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from keywork.kernel.reference import reference_data

SOURCES: Final = {
    "own_observation": "Seen or heard by the author",
    "family": "The family",
    "partner": "Somebody else",
    "system": "keywork",
}
"""Where what an entry says comes from."""


@dataclass(frozen=True)
class Kind:
    """A kind of thing that happens to a family."""

    key: str
    name: str
    contact: bool = False
    """Whether people write it up themselves; its words are then all there is to it."""

    seen: bool = False
    """Whether somebody can be seen at it."""


@lru_cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its key; those that people write up come first."""
    return {row["key"]: Kind(**row) for row in reference_data("entry_kinds")["kinds"]}


def kind_name(key: str) -> str:
    """The words for a kind, also for one that nobody has put into words."""
    found = kinds().get(key)
    return found.name if found else key.replace("_", " ").capitalize()


def contacts() -> list[Kind]:
    """The kinds that people write up themselves."""
    return [kind for kind in kinds().values() if kind.contact]


@lru_cache
def domain_names() -> Mapping[str, str]:
    """The name of each need domain that an entry may be about, by its key."""
    return {row["key"]: row["name"] for row in reference_data("need_domains")["domains"]}
