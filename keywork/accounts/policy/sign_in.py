"""The numbers of `config/policy/sign_in.toml`, and when a sign-in is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from keywork.kernel.reference import reference_data


@dataclass(frozen=True)
class SignInRules:
    """How long passwords are and sign-ins last."""

    shortest: int
    longest: int
    reset: timedelta
    invitation: timedelta
    idle: timedelta
    longest_session: timedelta
    unfinished: timedelta
    known_device: timedelta
    kept: timedelta
    limits: dict[str, str]
    requests: dict[str, str]


@cache
def rules() -> SignInRules:
    """The rules in force."""
    found: dict[str, Any] = reference_data("sign_in", "policy")
    if found["second_factor"] != "required":
        raise ValueError("sign_in.toml: second_factor can only be “required”")
    password, session = found["password"], found["session"]
    return SignInRules(
        shortest=password["shortest"],
        longest=password["longest"],
        reset=timedelta(minutes=password["reset_minutes"]),
        invitation=timedelta(hours=password["invitation_hours"]),
        idle=timedelta(minutes=session["idle_minutes"]),
        longest_session=timedelta(hours=session["longest_hours"]),
        unfinished=timedelta(minutes=session["unfinished_minutes"]),
        known_device=timedelta(days=session["known_device_days"]),
        kept=timedelta(days=session["kept_days"]),
        limits=found["limits"],
        requests=found["requests"],
    )


def over_at(began_at: datetime, last_seen_at: datetime, *, unfinished: bool) -> datetime:
    """When a sign-in runs out if nothing more is heard from it."""
    if unfinished:
        return began_at + rules().unfinished
    return min(began_at + rules().longest_session, last_seen_at + rules().idle)
