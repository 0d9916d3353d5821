"""Reference data: funds and kinds of help, from config/reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from keywork.kernel.reference import reference_data

PAYING: Final = {
    "card": "Purchase card",
    "voucher": "Voucher",
    "invoice": "Invoice to the council",
    "claim": "I pay and claim it back",
}
"""How a spend can be paid."""


@dataclass(frozen=True)
class Fund:
    """Where money comes from, and the financial years in which there is any."""

    code: str
    name: str
    first_year: int = 0
    last_year: int = 9999


@lru_cache
def funds() -> Mapping[str, Fund]:
    """Every fund by its code."""
    return {row["code"]: Fund(**row) for row in reference_data("funds")["fund"]}


@lru_cache
def categories() -> Mapping[str, str]:
    """The name of every kind of help by its code, the most usual first."""
    return {row["code"]: row["name"] for row in reference_data("categories")["category"]}
