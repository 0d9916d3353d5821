"""Closing, reopening, splitting and joining records."""
