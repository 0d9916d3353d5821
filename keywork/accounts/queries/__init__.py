"""Reads about staff, hubs and sign-ins."""

from keywork.accounts.queries.cover import (
    CoverView,
    cover,
    covers,
    may_be_absent,
    may_stand_in,
    standing_in_for,
)
from keywork.accounts.queries.people import PersonView, PostView, people, person
from keywork.accounts.queries.reading import Reading, readings
from keywork.accounts.queries.sessions import (
    Account,
    Device,
    SessionView,
    account,
    devices,
    session_by_token,
)
from keywork.accounts.queries.staff import (
    HubView,
    StaffView,
    actor,
    hub_for_postcode,
    hubs,
    no_longer,
    staff_at,
    staff_by_email,
    staff_by_id,
    staff_name,
    staff_with,
)

__all__ = [
    "Account",
    "CoverView",
    "Device",
    "HubView",
    "PersonView",
    "PostView",
    "Reading",
    "SessionView",
    "StaffView",
    "account",
    "actor",
    "cover",
    "covers",
    "devices",
    "hub_for_postcode",
    "hubs",
    "may_be_absent",
    "may_stand_in",
    "no_longer",
    "people",
    "person",
    "readings",
    "session_by_token",
    "staff_at",
    "staff_by_email",
    "staff_by_id",
    "staff_name",
    "staff_with",
    "standing_in_for",
]
