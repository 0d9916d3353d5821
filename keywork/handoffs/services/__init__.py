"""Writes about handoffs: drafting, sending, taking in a message, and each stage after that."""

from keywork.handoffs.services.drafts import (
    add_person,
    discard,
    remove_person,
    save_section,
    send,
    start,
)
from keywork.handoffs.services.drafts import sweep as sweep_drafts
from keywork.handoffs.services.sending import Content, Received, Source, receive
from keywork.handoffs.services.stages import accept, allocate, give_back, hand_over

__all__ = [
    "Content",
    "Received",
    "Source",
    "accept",
    "add_person",
    "allocate",
    "discard",
    "give_back",
    "hand_over",
    "receive",
    "remove_person",
    "save_section",
    "send",
    "start",
    "sweep_drafts",
]
