"""Writes of holds, of the queue, and of what becomes of what is in it."""

from keywork.retention.services.deciding import confirm, keep, propose, take_back
from keywork.retention.services.holding import keep_hold, lift_hold, place_hold
from keywork.retention.services.reviewing import review_records, sweep

__all__ = [
    "confirm",
    "keep",
    "keep_hold",
    "lift_hold",
    "place_hold",
    "propose",
    "review_records",
    "sweep",
    "take_back",
]
