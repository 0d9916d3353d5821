"""Tables of staff, what they may do, and how they sign in."""

from keywork.accounts.models.identity import StaffIdentity
from keywork.accounts.models.sign_in import (
    Credential,
    PasswordReset,
    RecoveryCode,
    SecondFactor,
    StaffSession,
)
from keywork.accounts.models.staff import Cover, Hub, Post, Role, Staff

__all__ = [
    "Cover",
    "Credential",
    "Hub",
    "PasswordReset",
    "Post",
    "RecoveryCode",
    "Role",
    "SecondFactor",
    "Staff",
    "StaffIdentity",
    "StaffSession",
]
