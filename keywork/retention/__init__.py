"""How long each record is kept, and its erasure."""

from flask import Flask


def register(app: Flask) -> None:
    """Its pages."""
