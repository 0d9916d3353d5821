"""Staff, hubs, roles and sign-in."""

from flask import Flask


def register(app: Flask) -> None:
    """Sign-in pages, with the council's identity provider, and those for who works here."""
    from keywork.accounts.commands import commands
    from keywork.accounts.council import register_council
    from keywork.accounts.views import blueprint
    from keywork.web.layout import NavItem, register_navigation

    app.register_blueprint(blueprint)
    app.cli.add_command(commands)
    register_council(app)
    runs = frozenset({"hub_manager", "service_lead"})
    register_navigation(app, NavItem("People", "accounts.people", runs, 80))
