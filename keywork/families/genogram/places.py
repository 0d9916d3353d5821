"""How far along its row everybody stands: near to those they belong to, never too close."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Final

from keywork.families.genogram.facts import Couple, Union
from keywork.families.genogram.order import Rows
from keywork.families.genogram.picture import PORT

CELL: Final = 112
"""The width of a symbol with its label and the free space about it, in pixels."""

EDGE: Final = 8
"""Free space at the edges of the picture."""

APART: Final = 24
"""More space between people whom nothing ties."""

ELSEWHERE: Final = 0.1
"""How much parents are drawn to children who stand under others; to their own, 1 for each."""

SWEEPS: Final = 60

Block = list[int]


class Places:
    """Positions that are bettered row by row."""

    def __init__(
        self,
        rows: Rows,
        homes: dict[int, Union],
        unions: Sequence[Union],
        couples: Sequence[Couple],
    ) -> None:
        self.sides = open_sides(rows, couples)
        self.rows = rows
        self.homes = homes
        self.below: dict[int, list[Union]] = {}
        for union in unions:
            for parent in union.parents:
                self.below.setdefault(parent, []).append(union)
        adjacent = {frozenset((couple.one, couple.other)) for couple in couples}
        self.blocks = {row: _blocks(ids, adjacent) for row, ids in rows.items()}
        self.x: dict[int, float] = {}
        for ids in rows.values():
            self.x |= {id_: float(place * CELL) for place, id_ in enumerate(ids)}

    def found(self) -> dict[int, int]:
        """The middle of each symbol, from the left, on a grid of 2 pixels."""
        order = list(self.rows)
        for sweep in range(SWEEPS):
            for row in order if sweep % 2 else reversed(order):
                self._settle(row, [self._wishes(block, up=True) for block in self.blocks[row]])
        for row in reversed(order):
            self._settle(row, [self._wishes(block, up=False) for block in self.blocks[row]])
        least = min(self.x.values(), default=0)
        return {id_: EDGE + CELL // 2 + 2 * round((x - least) / 2) for id_, x in self.x.items()}

    def _wishes(self, block: Block, *, up: bool) -> tuple[float, float]:
        """Where a block would rather begin, and how much it matters."""
        wishes: list[tuple[float, float]] = []
        begin = self.x[block[0]]
        for id_ in block:
            home = self.homes.get(id_)
            if up and home is not None:
                wishes.append((begin + self._middle(home) - self.x[id_], 1))
            for union in self.below.get(id_, ()):
                at_home = sum(self.homes.get(child) is union for child in union.children)
                middle = self._span_middle(union.children)
                wishes.append((begin + middle - self._middle(union), at_home or ELSEWHERE))
        if not wishes:
            return begin, 0.01
        weight = sum(weight for _, weight in wishes)
        return sum(at * weight for at, weight in wishes) / weight, weight

    def _middle(self, union: Union) -> float:
        """From where the line goes down; of siblings without parents, their own middle."""
        if len(union.parents) == 1:
            [parent] = union.parents
            return self.x[parent] + PORT * self.sides[parent]
        return self._span_middle(union.parents or union.children)

    def _span_middle(self, ids: Iterable[int]) -> float:
        found = [self.x[id_] for id_ in ids]
        return (min(found) + max(found)) / 2

    def _settle(self, row: int, wishes: list[tuple[float, float]]) -> None:
        """Move the blocks of a row as near to their wishes as their order and widths allow."""
        blocks = self.blocks[row]
        offsets = [0.0]
        for before, after in itertools.pairwise(blocks):
            room = CELL * len(before) + (0 if self._related(before, after) else APART)
            offsets.append(offsets[-1] + room)
        wanted = [
            (at - offset, weight) for (at, weight), offset in zip(wishes, offsets, strict=True)
        ]
        for block, offset, at in zip(blocks, offsets, isotonic(wanted), strict=True):
            for place, id_ in enumerate(block):
                self.x[id_] = at + offset + place * CELL

    def _related(self, before: Block, after: Block) -> bool:
        homes = [{id(self.homes[id_]) for id_ in b if id_ in self.homes} for b in (before, after)]
        return bool(homes[0] & homes[1])


def open_sides(rows: Rows, couples: Sequence[Couple]) -> dict[int, int]:
    """On which side of each person their own line goes down: the right (1), unless a partner
    stands there and none on the left (-1)."""
    pairs = {frozenset((couple.one, couple.other)) for couple in couples}
    sides = {}
    for ids in rows.values():
        for before, id_, after in zip([0, *ids], ids, [*ids[1:], 0], strict=False):
            partners = [frozenset((id_, other)) in pairs for other in (before, after)]
            sides[id_] = -1 if partners == [False, True] else 1
    return sides


def isotonic(wanted: Sequence[tuple[float, float]]) -> list[float]:
    """The non-decreasing numbers nearest to these, each with its weight, by least squares."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in wanted:
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, wa, na), (b, wb, nb) = pools[-2:]
            pools[-2:] = [((a * wa + b * wb) / (wa + wb), wa + wb, na + nb)]
    return [value for value, _, count in pools for _ in range(count)]


def _blocks(ids: Sequence[int], adjacent: set[frozenset[int]]) -> list[Block]:
    """Runs of people who stand side by side as couples."""
    blocks: list[Block] = []
    for id_ in ids:
        if blocks and frozenset((blocks[-1][-1], id_)) in adjacent:
            blocks[-1].append(id_)
        else:
            blocks.append([id_])
    return blocks
