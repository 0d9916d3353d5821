"""Reads of the audit. The database leaves out what the session's viewer may not read of."""

from keywork.auditing.queries.attention import Notable, worth_a_look
from keywork.auditing.queries.events import (
    SHOWN,
    EventView,
    Seal,
    Sought,
    Worker,
    events,
    last_seal,
    may_read_of,
    records_asked,
    worker,
    workers,
)

__all__ = [
    "SHOWN",
    "EventView",
    "Notable",
    "Seal",
    "Sought",
    "Worker",
    "events",
    "last_seal",
    "may_read_of",
    "records_asked",
    "worker",
    "workers",
    "worth_a_look",
]
