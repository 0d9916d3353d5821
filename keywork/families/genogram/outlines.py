"""Around those who live together: one shape each, with nobody else inside."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final

from keywork.families.genogram.order import Rows
from keywork.families.genogram.picture import Outline, Point
from keywork.families.genogram.places import CELL

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

ROUND: Final = 10
PASSAGE: Final = 4
"""Half the width of an outline where it passes between people."""


class Outlines:
    """Draws around households, each a little inside of the one before where they meet."""

    def __init__(
        self,
        rows: Rows,
        x: dict[int, int],
        extent: Callable[[int], tuple[float, float]],
        passages: Callable[[int], list[float]],
    ) -> None:
        self.rows = rows
        self.x = x
        self.extent = extent
        self.passages = passages

    def around(self, ids: Iterable[int], number: int) -> Outline:
        """The outline of these people, the `number`th of the picture."""
        inside = set(ids)
        inset = 2 + 3 * (number % 4)
        boxes: dict[int, list[Box]] = {}
        for row in range(max(self.rows) + 1):
            people = self.rows.get(row, [])
            runs = _runs(people, inside)
            top, bottom = self.extent(row)
            boxes[row] = [
                (
                    self.x[run[0]] - CELL / 2 + inset,
                    top + inset - 2,
                    self.x[run[-1]] + CELL / 2 - inset,
                    bottom - inset + 2,
                )
                for run in runs
            ]
        there = [row for row in boxes if boxes[row]]
        self._join(boxes, range(there[0], there[-1] + 1), number)
        loops = boundary([box for row in boxes.values() for box in row])
        return Outline(" ".join(map(rounded, loops)), tuple(p for loop in loops for p in loop))

    def _join(self, boxes: dict[int, list[Box]], rows: range, number: int) -> None:
        """Add what leads from one row to the next, and between people apart in the same row."""
        parts = [box for row in rows for box in boxes[row]]
        middle = sum(box[0] + box[2] for box in parts) / (2 * len(parts))
        bridges: list[Box] = []
        for row in rows:
            if not boxes[row]:
                at = min(self.passages(row) or [middle], key=lambda x: abs(x - middle))
                top, bottom = self.extent(row)
                boxes[row] = [(at - PASSAGE, top, at + PASSAGE, bottom)]
        pairs = list(pairwise(rows)) or [(rows[0], rows[0])]
        for upper, lower in pairs:
            ends = [*boxes[upper], *boxes[lower]]
            if upper == lower and len(ends) == 2:
                continue
            under = self.extent(upper)[1]
            bottom = self.extent(lower)[0] - 2 if upper != lower else under + 16
            bottom -= 3 * (number % 4)
            top = max(bottom - 12, under)
            bridges.append((min(b[0] for b in ends), top, max(b[2] for b in ends), bottom))
            bridges += [(b[0], b[3] - 1, b[2], bottom) for b in boxes[upper]]
            if upper != lower:
                bridges += [(b[0], top, b[2], b[1] + 1) for b in boxes[lower]]
        boxes[rows[0]] = [*boxes[rows[0]], *bridges]


def boundary(boxes: Sequence[Box]) -> list[list[Point]]:
    """The corners around boxes taken together, holes too; each loop runs clockwise outside."""
    xs = sorted({x for box in boxes for x in (box[0], box[2])})
    ys = sorted({y for box in boxes for y in (box[1], box[3])})
    full = {
        (i, j)
        for i, (x1, x2) in enumerate(pairwise(xs))
        for j, (y1, y2) in enumerate(pairwise(ys))
        if any(b[0] <= x1 and x2 <= b[2] and b[1] <= y1 and y2 <= b[3] for b in boxes)
    }
    edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i, j in sorted(full):
        ends = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
        beyond = [(i, j - 1), (i + 1, j), (i, j + 1), (i - 1, j)]
        for (start, end), other in zip(pairwise(ends), beyond, strict=True):
            if other not in full:
                edges.setdefault(start, []).append(end)
    loops = []
    while edges:
        start = min(edges)
        loop = [start]
        while True:
            following = edges[loop[-1]]
            loop.append(following.pop())
            if not following:
                del edges[loop[-2]]
            if loop[-1] == start:
                break
        loops.append(_corners([(xs[i], ys[j]) for i, j in loop[:-1]]))
    return loops


def _corners(loop: list[Point]) -> list[Point]:
    """The points of a loop at which it turns."""
    around = zip([loop[-1], *loop], loop, [*loop[1:], loop[0]], strict=False)
    return [b for a, b, c in around if (a[0] == b[0]) != (b[0] == c[0])]


def rounded(loop: Sequence[Point]) -> str:
    """A closed path with rounded corners."""
    steps: list[str] = []
    for before, at, after in zip([loop[-1], *loop], loop, [*loop[1:], loop[0]], strict=False):
        (x1, y1), (x2, y2) = _toward(at, before), _toward(at, after)
        steps.append(f"{'L' if steps else 'M'}{x1:g} {y1:g}Q{at[0]:g} {at[1]:g} {x2:g} {y2:g}")
    return "".join(steps) + "Z"


def _toward(at: Point, other: Point) -> Point:
    dx, dy = other[0] - at[0], other[1] - at[1]
    length = abs(dx) + abs(dy)
    step = min(ROUND, length / 2) / length
    return at[0] + dx * step, at[1] + dy * step


def _runs(people: Sequence[int], inside: set[int]) -> list[list[int]]:
    """Those inside, in runs that nobody else interrupts."""
    runs: list[list[int]] = []
    last = False
    for id_ in people:
        if id_ in inside:
            if last:
                runs[-1].append(id_)
            else:
                runs.append([id_])
        last = id_ in inside
    return runs
