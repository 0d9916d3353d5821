"""What people are to each other: the kinds, their words from either end, and what follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

from keywork.kernel.reference import reference_data

DESCENT: Final = frozenset({"birth_parent", "adoptive_parent"})
"""The kinds that make somebody a parent in law, so that siblings and grandparents follow."""

PARENTAL_RESPONSIBILITY: Final = {"yes": "Yes", "no": "No", "not_known": "Not known"}


@dataclass(frozen=True)
class Kind:
    """One way in which two people can be related."""

    key: str
    group: str
    """`parent`, `couple` or `other`."""

    choice: str
    first: tuple[str, ...]
    """What the first of the two is to the second: of a woman, of a man, of anyone."""

    other_choice: str = ""
    second: tuple[str, ...] = ()
    """What the second is to the first; empty where that is the same."""

    @property
    def both_ways(self) -> bool:
        """Whether each is to the other what the other is to them."""
        return not self.second

    def word(self, sex: str, *, second: bool = False) -> str:
        """What the first is to the second, or the second to the first, in a word for their sex."""
        words = self.second if second and self.second else self.first
        return words[{"female": 0, "male": 1}.get(sex, 2)] if len(words) == 3 else words[0]


@lru_cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its key, the most usual first."""
    rows = reference_data("kinship")["kind"]
    return {
        row["key"]: Kind(
            key=row["key"],
            group=row["group"],
            choice=row["choice"],
            first=tuple(row["first"]),
            other_choice=row.get("other_choice", ""),
            second=tuple(row.get("second", ())),
        )
        for row in rows
    }


@dataclass(frozen=True)
class Kinship:
    """What one person is to another, in a record or following from what is in it."""

    first: int
    """A person's id: the older of the two where the kind has a direction."""

    second: int
    kind: str


def follows(recorded: Iterable[Kinship]) -> list[Kinship]:
    """The siblings, half-siblings and grandparents that follow from who is whose parent.

    What is recorded already does not follow again. With one parent in common, and no other known
    of either child, they are called siblings: nothing says that they are half.
    """
    rows = list(recorded)
    parents: dict[int, set[int]] = {}
    for row in rows:
        if row.kind in DESCENT:
            parents.setdefault(row.second, set()).add(row.first)
    found = [
        Kinship(a, b, _siblings(parents[a], parents[b]))
        for a, b in combinations(sorted(parents), 2)
        if parents[a] & parents[b]
    ]
    found += [
        Kinship(grandparent, child, "grandparent")
        for child, theirs in parents.items()
        for grandparent in sorted({g for parent in theirs for g in parents.get(parent, ())})
    ]
    known = {_key(row) for row in rows}
    return [row for row in found if _key(row) not in known]


def _key(row: Kinship) -> tuple[frozenset[int], str]:
    kind = "sibling" if row.kind == "half_sibling" else row.kind
    return frozenset((row.first, row.second)), kind


def _siblings(one: set[int], other: set[int]) -> str:
    return "half_sibling" if len(one & other) == 1 and one - other and other - one else "sibling"
