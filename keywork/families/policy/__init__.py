"""Rules about families: values in, a verdict out."""

from keywork.families.policy.access import (
    CORRECTABLE_KINDS,
    TEAM_ROLES,
    may_correct,
    may_open_family,
    staff_of,
)
from keywork.families.policy.contact import SafeContact
from keywork.families.policy.people import MEMBER_ROLES, NewPerson, name_key

__all__ = [
    "CORRECTABLE_KINDS",
    "MEMBER_ROLES",
    "TEAM_ROLES",
    "NewPerson",
    "SafeContact",
    "may_correct",
    "may_open_family",
    "name_key",
    "staff_of",
]
