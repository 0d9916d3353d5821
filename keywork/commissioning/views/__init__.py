"""Pages about money."""

from keywork.commissioning.views import asking, buying, deciding, purses, spends
from keywork.commissioning.views.blueprint import (
    DECIDERS,
    PURSE_READERS,
    SPENDERS,
    blueprint,
)

__all__ = [
    "DECIDERS",
    "PURSE_READERS",
    "SPENDERS",
    "asking",
    "blueprint",
    "buying",
    "deciding",
    "purses",
    "spends",
]
