"""Who is acting, and the rules of signing in."""

from keywork.accounts.policy.actor import Actor, StandIn
from keywork.accounts.policy.posts import (
    AT_A_HUB,
    AT_NO_HUB,
    COVERED_BY_MANAGERS,
    GIVEN_BY_MANAGERS,
    ROLE_NAMES,
    may_give,
)

__all__ = [
    "AT_A_HUB",
    "AT_NO_HUB",
    "COVERED_BY_MANAGERS",
    "GIVEN_BY_MANAGERS",
    "ROLE_NAMES",
    "Actor",
    "StandIn",
    "may_give",
]
