"""The layout of every page, and the one call that makes an app use it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_wtf.csrf import CSRFProtect
from jinja2 import BaseLoader, ChoiceLoader, PackageLoader, PrefixLoader

from keywork.web.access import SIGNED_IN
from keywork.web.drafts import register_drafts
from keywork.web.errors import register_errors
from keywork.web.filters import register_filters
from keywork.web.headers import register_headers
from keywork.web.uploads import register_uploads

NAVIGATION = "keywork.navigation"
SERVICE = "keywork"


@dataclass(frozen=True)
class NavItem:
    """A link in the navigation, shown to people who have one of the roles, or are SIGNED_IN."""

    label: str
    endpoint: str
    roles: frozenset[str]
    order: int


def register_web(app: Flask) -> None:
    """Give the app our templates, filters, navigation, headers, static addresses, error pages."""
    own = [app.jinja_loader] if isinstance(app.jinja_loader, BaseLoader) else []
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([*own, govuk])
    app.extensions[NAVIGATION] = []
    # A form holds as long as the sign-in does: a visit can take longer than an hour to write up.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    register_uploads(app)
    CSRFProtect(app)
    app.jinja_env.globals.update(service=SERVICE, navigation=navigation)
    app.url_defaults(name_static_content)
    register_filters(app)
    register_headers(app)
    register_errors(app)
    register_drafts(app)


def register_navigation(app: Flask, item: NavItem) -> None:
    """Add a capability's link to the navigation."""
    app.extensions[NAVIGATION].append(item)
    app.extensions[NAVIGATION].sort(key=lambda item: (item.order, item.label))


def navigation() -> list[dict[str, Any]]:
    """The links for whoever is signed in, the one for this page marked."""
    actor = g.get("actor")
    items = current_app.extensions[NAVIGATION] if actor else []
    return [nav_link(i) for i in items if i.roles == SIGNED_IN or i.roles & actor.roles]


def nav_link(item: NavItem) -> dict[str, Any]:
    """A link as the service navigation macro takes it."""
    href = url_for(item.endpoint)
    current = request.path == href
    below = href != "/" and request.path.startswith(f"{href.rstrip('/')}/")
    return {"text": item.label, "href": href, "current": current, "active": current or below}


def name_static_content(endpoint: str, values: dict[str, Any]) -> None:
    """Add a hash of the file to its address, so that it can be cached for good."""
    if endpoint == "static" and current_app.static_folder and "filename" in values:
        path = Path(current_app.static_folder) / values["filename"]
        if path.is_file():
            values["v"] = content_hash(path, path.stat().st_mtime_ns)


@lru_cache
def content_hash(path: Path, _changed: int) -> str:
    """A short name for what is in the file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
