"""Writes about purses, spends and the approval policy: one function, one business act."""

from keywork.commissioning.services.asking import Wish, ask_for_money, withdraw
from keywork.commissioning.services.buying import Purchased, add_receipt, record_purchase
from keywork.commissioning.services.deciding import approve, decide, decline
from keywork.commissioning.services.overdue import escalate_overdue
from keywork.commissioning.services.policies import load_policy
from keywork.commissioning.services.proving import prove_ledger
from keywork.commissioning.services.purses import allocate, open_purse

__all__ = [
    "Purchased",
    "Wish",
    "add_receipt",
    "allocate",
    "approve",
    "ask_for_money",
    "decide",
    "decline",
    "escalate_overdue",
    "load_policy",
    "open_purse",
    "prove_ledger",
    "record_purchase",
    "withdraw",
]
