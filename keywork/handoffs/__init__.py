"""Handing targeted work on a family to the hub, and hearing what became of it."""

from flask import Flask


def register(app: Flask) -> None:
    """Pages, navigation and the command that takes in a message."""
    from keywork.handoffs.commands import handoff
    from keywork.handoffs.views import blueprint
    from keywork.web.layout import NavItem, register_navigation

    app.register_blueprint(blueprint)
    app.cli.add_command(handoff)
    senders = frozenset({"health_visitor", "key_worker"})
    register_navigation(app, NavItem("Handoffs", "handoffs.mine", senders, 20))
    managers = frozenset({"hub_manager"})
    register_navigation(app, NavItem("Allocation", "handoffs.waiting", managers, 20))
