"""The team around the family."""
