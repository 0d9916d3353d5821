"""The family tree."""
