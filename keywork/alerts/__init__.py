"""The alert engine and inbox. The rooms that know what is late or risky raise the alerts."""

from flask import Flask


def register(app: Flask) -> None:
    """The inbox, its link in the navigation, and the commands for work that was given up."""
    from keywork.alerts.commands import commands
    from keywork.alerts.views import blueprint
    from keywork.web.access import SIGNED_IN
    from keywork.web.layout import NavItem, register_navigation

    app.register_blueprint(blueprint)
    app.cli.add_command(commands)
    register_navigation(app, NavItem("Alerts", "alerts.inbox", SIGNED_IN, 90))
