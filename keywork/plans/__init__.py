"""The whole-family plan: needs, goals and actions."""

from flask import Flask


def register(app: Flask) -> None:
    """The plan's pages and its tab."""
    from keywork.families.notes import register_entry_notes
    from keywork.families.tabs import FamilyTab, register_family_tab
    from keywork.plans import notes, views

    app.register_blueprint(views.blueprint)
    register_entry_notes(app, notes.entry_notes)
    register_family_tab(app, FamilyTab("Plan", "plans.show", 20, frozenset(views.READERS)))
