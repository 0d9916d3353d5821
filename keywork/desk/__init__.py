"""Where capabilities meet: the start page and the family overview."""

from flask import Flask

from keywork.web.layout import NavItem, register_navigation


def register(app: Flask) -> None:
    """The start page, first in the navigation, and the family overview."""
    from keywork.desk.views import blueprint
    from keywork.families.tabs import FamilyTab, register_family_tab

    app.register_blueprint(blueprint)
    readers = frozenset({"key_worker", "specialist", "hub_manager"})
    register_family_tab(app, FamilyTab("Overview", "desk.family", 10, readers))
    register_navigation(
        app,
        NavItem("My day", "desk.start", frozenset({"key_worker", "hub_manager", "specialist"}), 0),
    )
