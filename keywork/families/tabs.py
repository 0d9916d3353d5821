"""The tabs of a family's pages; each capability that has one contributes it."""

from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, current_app, g, request, url_for

_TABS: Final = "keywork.family_tabs"


@dataclass(frozen=True)
class FamilyTab:
    """A page about one family; its endpoint takes the family's `reference`."""

    label: str
    endpoint: str
    order: int
    roles: frozenset[str]


def register_family_tab(app: Flask, tab: FamilyTab) -> None:
    """Add a capability's tab for people who have one of its roles."""
    tabs: list[FamilyTab] = app.extensions.setdefault(_TABS, [])
    tabs.append(tab)
    tabs.sort(key=lambda tab: tab.order)


def family_tabs(reference: str) -> list[dict[str, Any]]:
    """The tabs open to whoever is signed in, the one of this page marked."""
    tabs: list[FamilyTab] = current_app.extensions.get(_TABS, [])
    return [
        {
            "text": tab.label,
            "href": url_for(tab.endpoint, reference=reference),
            "current": request.endpoint == tab.endpoint,
        }
        for tab in tabs
        if tab.roles & g.actor.roles
    ]
