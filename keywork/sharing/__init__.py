"""Consent, and what is shared about a family or is decided not to be."""

from flask import Flask


def register(app: Flask) -> None:
    """The pages of sharing and their tab."""
    from keywork.families.tabs import FamilyTab, register_family_tab
    from keywork.families.views import READERS
    from keywork.sharing import views

    app.register_blueprint(views.blueprint)
    register_family_tab(app, FamilyTab("Sharing", "sharing.show", 60, frozenset(READERS)))
