"""Reads about handoffs and drafts."""

from keywork.handoffs.queries.drafts import Draft, draft, drafts, known_keys, sent_from
from keywork.handoffs.queries.handoffs import (
    HandoffLine,
    HandoffView,
    for_key_worker,
    going_on,
    handoff,
    received,
    safe_contact,
    sent_by,
    tracker,
    unanswered,
    waiting,
)

__all__ = [
    "Draft",
    "HandoffLine",
    "HandoffView",
    "draft",
    "drafts",
    "for_key_worker",
    "going_on",
    "handoff",
    "known_keys",
    "received",
    "safe_contact",
    "sent_by",
    "sent_from",
    "tracker",
    "unanswered",
    "waiting",
]
