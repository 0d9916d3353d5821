"""Writes of plans: one function, one business act."""

from keywork.plans.services.plan import (
    Owner,
    add_action,
    add_goal,
    add_need,
    complete_action,
    score_goal,
    set_severity,
)
from keywork.plans.services.visits import Score, Towards, record_visit

__all__ = [
    "Owner",
    "Score",
    "Towards",
    "add_action",
    "add_goal",
    "add_need",
    "complete_action",
    "record_visit",
    "score_goal",
    "set_severity",
]
