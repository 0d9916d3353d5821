"""Who may use a route: every view says so, and a view that does not is closed."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = frozenset({"*public*"})
SIGNED_IN: Final = frozenset({"*signed in*"})
_TAG: Final = "keywork_access"
_LEAVES: Final = "keywork_leaves"


def allow(*roles: str) -> Callable[[View], View]:
    """Open a route to people who have one of the roles."""
    return lambda view: _tag(view, frozenset(roles))


def signed_in(view: View) -> View:
    """Open a route to everybody who has signed in."""
    return _tag(view, SIGNED_IN)


def public(view: View) -> View:
    """Open a route to the world."""
    return _tag(view, PUBLIC)


def leaves(view: View) -> View:
    """Say that what a route answers leaves the record, so that how often it does is limited."""
    setattr(view, _LEAVES, True)
    return view


def is_leaving(view: Callable[..., Any]) -> bool:
    """Whether what this view answers leaves the record."""
    return getattr(view, _LEAVES, False)


def access_of(view: Callable[..., Any]) -> frozenset[str] | None:
    """Who may use this view, or None when it does not say."""
    return getattr(view, _TAG, None)


def _tag(view: View, access: frozenset[str]) -> View:
    setattr(view, _TAG, access)
    return view
