"""The names of invented people: some very common, most rare, as names are."""

import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, product
from pathlib import Path
from random import Random

Names = tuple[list[str], list[float]]
"""Names, and how many have one that stands so far up the list."""


@cache
def women() -> Names:
    """Given names of women and girls."""
    return _spread([*_listed("women"), *_rare_given(0)], 0.95)


@cache
def men() -> Names:
    """Given names of men and boys."""
    return _spread([*_listed("men"), *_rare_given(1)], 0.95)


@cache
def surnames() -> Names:
    """Family names: one in sixty has the most common, one in four one of the first hundred."""
    parts = product(_listed("starts"), ["", *_listed("middles")], _listed("ends"))
    rare = ["".join(three) for three in parts]
    Random(7).shuffle(rare)
    return _spread([*_listed("surnames"), *_listed("unusual"), *rare], 0.85)


def names(known: Names, rng: Random, chunk: int = 4096) -> Iterator[str]:
    """Such names without end, the common ones often."""
    while True:
        yield from rng.choices(known[0], cum_weights=known[1], k=chunk)


def _rare_given(half: int) -> list[str]:
    parts = product(*(_listed(f"given_{part}") for part in ("starts", "middles", "ends")))
    rare = ["".join(three) for three in parts][half::2]
    Random(half).shuffle(rare)
    return rare


def _listed(kind: str) -> list[str]:
    """The names, or parts of names, of one kind in `names.toml`."""
    found = _lists()[kind]
    return found.split() if isinstance(found, str) else found


@cache
def _lists() -> dict[str, str | list[str]]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text())


def _spread(found: list[str], steepness: float) -> Names:
    """Names whose nth is about n to the power of `steepness` times rarer than the first."""
    return found, list(accumulate((n + 5) ** -steepness for n in range(len(found))))
