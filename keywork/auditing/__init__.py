"""Who read, changed, printed and shared what, and each day sealed."""

from flask import Flask


def register(app: Flask) -> None:
    """Its pages."""
