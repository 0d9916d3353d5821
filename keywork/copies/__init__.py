"""Copies of a plan or a record for one named member, as printed pages."""

from flask import Flask


def register(app: Flask) -> None:
    """Its pages; the ways to them are on the sharing tab and on the page about a person."""
    from keywork.copies import views

    app.register_blueprint(views.blueprint)
