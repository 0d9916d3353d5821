"""Which row everybody is drawn in: parents above children, couples and siblings side by side."""

from collections.abc import Iterator
from statistics import median_low

from keywork.families.genogram.facts import Facts

SPAN = {"grandparent": 2}
"""How many rows a kind of descent goes down; the others go down one."""

BLOOD = ("birth_parent", "adoptive_parent")


def generations(facts: Facts) -> dict[int, int]:
    """The row of each person, from 0.

    Ties are heeded one after another, descent by birth first; one that would contradict those
    before it is not, and then its line is drawn across.
    """
    ties = _Ties([person.id for person in facts.people])
    for descent in sorted(facts.descents, key=lambda d: d.kind not in BLOOD):
        if descent.kind in BLOOD:
            ties.put_below(descent.parent, descent.child, 1)
    for couple in facts.couples:
        ties.put_beside(couple.one, couple.other)
    for descent in facts.descents:
        if descent.kind not in BLOOD:
            ties.put_below(descent.parent, descent.child, SPAN.get(descent.kind, 1))
    for pair in facts.siblings:
        ties.put_beside(pair.one, pair.other)
    hints = {person.id: person.generation for person in facts.people}
    return ties.rows(hints)


class _Ties:
    """Groups of people in the same row, and which group is below which."""

    def __init__(self, ids: list[int]) -> None:
        self.group = {id_: id_ for id_ in ids}
        self.edges: list[tuple[int, int, int]] = []

    def put_below(self, parent: int, child: int, rows: int) -> None:
        """Draw the child so many rows below the parent, or more."""
        if not self._above(child, parent):
            self.edges.append((parent, child, rows))

    def put_beside(self, one: int, other: int) -> None:
        """Draw these two in one row."""
        if not self._above(one, other) and not self._above(other, one):
            old, new = self.group[one], self.group[other]
            self.group = {id_: new if g == old else g for id_, g in self.group.items()}

    def _above(self, upper: int, lower: int) -> bool:
        """Whether the lower one is in the same group, or in one that must be below."""
        reached, waiting = set(), [self.group[upper]]
        while waiting:
            group = waiting.pop()
            reached.add(group)
            below = {self.group[c] for p, c, _ in self.edges if self.group[p] == group}
            waiting.extend(below - reached)
        same = self.group[upper] == self.group[lower]
        return self.group[lower] in reached and (not same or upper != lower)

    def rows(self, hints: dict[int, int]) -> dict[int, int]:
        """A row for each; unconnected parts are moved to where the hints would have them."""
        found: dict[int, int] = {}
        for part in self._parts():
            level = self._levels(part)
            members = [id_ for id_, group in self.group.items() if group in level]
            shift = median_low([hints[id_] - level[self.group[id_]] for id_ in members])
            found |= {id_: level[self.group[id_]] + shift for id_ in members}
        least = min(found.values(), default=0)
        return {id_: row - least for id_, row in found.items()}

    def _parts(self) -> Iterator[set[int]]:
        left = dict.fromkeys(self.group.values())
        while left:
            part, waiting = set[int](), [next(iter(left))]
            while waiting:
                group = waiting.pop()
                part.add(group)
                left.pop(group, None)
                for p, c, _ in self.edges:
                    ends = {self.group[p], self.group[c]}
                    if group in ends:
                        waiting.extend(ends - part)
            yield part

    def _levels(self, part: set[int]) -> dict[int, int]:
        """Walk from one group to its neighbours, then push down whoever is still too high."""
        edges = [
            (self.group[p], self.group[c], n) for p, c, n in self.edges if self.group[p] in part
        ]
        first = min(part)
        level, waiting = {first: 0}, [first]
        while waiting:
            group = waiting.pop(0)
            for upper, lower, rows in edges:
                for here, there, by in ((upper, lower, rows), (lower, upper, -rows)):
                    if here == group and there not in level:
                        level[there] = level[group] + by
                        waiting.append(there)
        moved = True
        while moved:
            moved = False
            for upper, lower, rows in edges:
                if level[lower] < level[upper] + rows:
                    level[lower] = level[upper] + rows
                    moved = True
        return level
