"""The devolved purse: asking for money, deciding, buying, and accounting for every penny."""

from flask import Flask


def register(app: Flask) -> None:
    """Pages, navigation, the family's Money tab, and the operator's commands."""
    from keywork.commissioning.commands import ledger, policy
    from keywork.commissioning.views import DECIDERS, PURSE_READERS, SPENDERS, blueprint
    from keywork.families.tabs import FamilyTab, register_family_tab
    from keywork.web.layout import NavItem, register_navigation

    app.register_blueprint(blueprint)
    app.cli.add_command(ledger)
    app.cli.add_command(policy)
    register_family_tab(app, FamilyTab("Money", "commissioning.money", 40, frozenset(SPENDERS)))
    deciders, readers = frozenset(DECIDERS), frozenset(PURSE_READERS)
    register_navigation(app, NavItem("Approvals", "commissioning.waiting", deciders, 30))
    register_navigation(app, NavItem("Purses", "commissioning.purses", readers, 40))
