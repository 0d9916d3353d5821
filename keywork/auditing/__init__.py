"""Who read, changed, printed and shared what, and each day sealed."""

from flask import Flask


def register(app: Flask) -> None:
    """Its pages, the family's Audit tab, and the operator's command."""
    from keywork.auditing.commands import audit
    from keywork.auditing.views import MANAGER, OFFICER, blueprint
    from keywork.families.tabs import FamilyTab, register_family_tab
    from keywork.web.layout import NavItem, register_navigation

    app.register_blueprint(blueprint)
    app.cli.add_command(audit)
    register_family_tab(app, FamilyTab("Audit", "auditing.of_family", 90, frozenset({MANAGER})))
    register_navigation(app, NavItem("Audit", "auditing.search", frozenset({OFFICER}), 72))
