"""One person's data across the whole product, for that person."""

from flask import Flask


def register(app: Flask) -> None:
    """Its pages."""
