"""Reads about purses, spends and the approval policy, each for the session's viewer."""

from keywork.commissioning.queries.policies import (
    FiledPolicy,
    Forecast,
    Wanted,
    current_policy,
    facts,
    forecast,
    policy_version,
)
from keywork.commissioning.queries.purses import (
    PurseView,
    SpendLine,
    lines,
    purse,
    purse_by_id,
    purses,
    purses_to_ask,
    statement,
)
from keywork.commissioning.queries.spends import (
    FamilySpend,
    ReceiptFile,
    SpendView,
    family_spends,
    family_total,
    receipt_file,
    spend,
    unfinished,
    waiting_for,
)

__all__ = [
    "FamilySpend",
    "FiledPolicy",
    "Forecast",
    "PurseView",
    "ReceiptFile",
    "SpendLine",
    "SpendView",
    "Wanted",
    "current_policy",
    "facts",
    "family_spends",
    "family_total",
    "forecast",
    "lines",
    "policy_version",
    "purse",
    "purse_by_id",
    "purses",
    "purses_to_ask",
    "receipt_file",
    "spend",
    "statement",
    "unfinished",
    "waiting_for",
]
