"""References a person can read out, that say nothing of how many others there are."""

import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters nobody confuses when they are read aloud."""


def new_reference(prefix: str) -> str:
    """A fresh random reference such as `S-7F3K2QD`: about 22 thousand million per prefix."""
    return f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(7))}"
