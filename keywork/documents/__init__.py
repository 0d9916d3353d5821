"""A family's documents: kept, checked, and read through the filter of the record."""

from flask import Flask


def register(app: Flask) -> None:
    """The documents' pages, and the way to each from its entry in the chronology."""
    from keywork.documents import views
    from keywork.families.entry_links import EntryLink, register_entry_link

    app.register_blueprint(views.blueprint)
    register_entry_link(app, "document", EntryLink("Download", "documents.download"))
