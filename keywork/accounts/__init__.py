"""Staff, hubs, roles and sign-in."""

from flask import Flask


def register(app: Flask) -> None:
    """Sign-in pages."""
    from keywork.accounts.views import blueprint

    app.register_blueprint(blueprint)
