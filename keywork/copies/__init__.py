"""Copies of a record or a plan for one named member."""

from flask import Flask


def register(app: Flask) -> None:
    """Its pages."""
