"""Need domains and their types: reference data, in `config/reference/need_domains.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from keywork.kernel.reference import reference_data

SEVERITIES: Final = {0: "No longer a need", 1: "Low", 2: "Medium", 3: "High"}
"""How severe a need is at one time."""


@dataclass(frozen=True)
class Domain:
    """A part of life in which a member may have a need."""

    key: str
    name: str
    outcome: str
    """The headline outcome it counts towards."""

    parental: bool
    """One of the three that come first on every plan."""

    protected: bool
    """Whether only named practitioners may read such a need, and what is done about it."""

    types: Mapping[str, str]

    def describe(self, type_: str) -> str:
        """The domain, with the type of need when there is one: `Housing: overcrowding`."""
        name = self.types.get(type_, "")
        return f"{self.name}: {name[0].lower()}{name[1:]}" if name else self.name


@lru_cache
def domains() -> Mapping[str, Domain]:
    """Every domain by its key, in the order of a plan: the three parental ones first."""
    data = reference_data("need_domains")
    return {
        row["key"]: Domain(
            key=row["key"],
            name=row["name"],
            outcome=data["outcomes"][str(row["outcome"])],
            parental=row.get("parental", False),
            protected=row.get("protected", False),
            types=row["types"],
        )
        for row in data["domains"]
    }
