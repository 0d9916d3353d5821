"""How long each record is kept, and its erasure."""

from flask import Flask


def register(app: Flask) -> None:
    """Its pages, and their link in the navigation."""
    from keywork.retention.views import LOOK_AFTER, blueprint
    from keywork.web.layout import NavItem, register_navigation

    app.register_blueprint(blueprint)
    register_navigation(app, NavItem("Retention", "retention.queue", frozenset(LOOK_AFTER), 71))
