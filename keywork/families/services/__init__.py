"""Writes of families: one function, one business act."""

from keywork.families.policy import NewPerson, SafeContact
from keywork.families.services.chronology import correct_entry, record_entry, record_visit
from keywork.families.services.contact import set_safe_contact
from keywork.families.services.opening import Opened, add_members, open_family
from keywork.families.services.team import join_team, leave_team, set_key_worker

__all__ = [
    "NewPerson",
    "Opened",
    "SafeContact",
    "add_members",
    "correct_entry",
    "join_team",
    "leave_team",
    "open_family",
    "record_entry",
    "record_visit",
    "set_key_worker",
    "set_safe_contact",
]
