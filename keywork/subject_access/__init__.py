"""One person's data across the whole product, for that person."""

from flask import Flask


def register(app: Flask) -> None:
    """The information officers' pages, and their link in the navigation."""
    from keywork.subject_access.views import OFFICER, blueprint
    from keywork.web.layout import NavItem, register_navigation

    app.register_blueprint(blueprint)
    roles = frozenset({OFFICER})
    register_navigation(app, NavItem("Subject access", "subject_access.index", roles, 70))
