"""Where the lines run: beside symbols, and in lanes between the rows, never through anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from keywork.families.genogram.facts import Couple, Facts, Union
from keywork.families.genogram.order import Rows
from keywork.families.genogram.picture import PORT, side_of, top_of
from keywork.families.genogram.places import CELL

Net = tuple[int, int]
"""What shares a lane: couples (0, i) come first, then unions (1, i)."""


@dataclass(frozen=True)
class Level:
    """A height that is known once the lanes are: so far from the middle of a row, or a lane of the
    gap below it."""

    row: int
    dy: float = 0
    net: Net | None = None


Stop = tuple[float, Level]

ENTRIES: Final = (0, 9, -9, 15, -15)
"""Where lines from several parents reach a child, from the middle."""


class Routes:
    """The lines of a family whose people stand in their places."""

    def __init__(self, facts: Facts, rows: Rows, x: dict[int, int], sides: dict[int, int]) -> None:
        self.people = {person.id: person for person in facts.people}
        self.rows = rows
        self.row = {id_: row for row, ids in rows.items() for id_ in ids}
        self.x = x
        self.sides = sides
        self.lines: list[tuple[str, list[Stop]]] = []
        self.spans: dict[int, dict[Net, list[float]]] = {}
        self.anchors: dict[frozenset[int], tuple[float, float, Level]] = {}
        self.ports: dict[tuple[int, int], int] = {}
        self.entered: dict[int, int] = {}
        self.beside = self._neighbours()
        self.taken: set[tuple[int, int]] = set()

    def _neighbours(self) -> set[tuple[int, int]]:
        return {(one, other) for ids in self.rows.values() for one, other in pairwise(ids)}

    def couples(self, couples: Sequence[Couple]) -> None:
        """Lines between couples: straight to somebody beside, in a lane to somebody farther off."""
        apart = []
        for couple in couples:
            left, right = sorted((couple.one, couple.other), key=lambda i: (self.x[i], i))
            if (left, right) in self.beside:
                self.taken |= {(left, 1), (right, -1)}
                y = Level(self.row[left])
                ends = [self._side(left), -self._side(right)]
                stops = [(self.x[left] + ends[0], y), (self.x[right] + ends[1], y)]
                middle = (stops[0][0] + stops[1][0]) / 2
                self.anchors[frozenset((left, right))] = (middle, middle, y)
                self._draw(couple, stops)
            else:
                apart.append((couple, left, right))
        for number, (couple, left, right) in enumerate(apart):
            self._far_couple(couple, left, right, (0, number))

    def _far_couple(self, couple: Couple, left: int, right: int, net: Net) -> None:
        upper, lower = sorted((left, right), key=lambda i: (self.row[i], self.x[i]))
        toward = 1 if self.x[lower] > self.x[upper] else -1
        start, end = self._port(upper, toward), self._port(lower, -toward)
        gap, last = self.row[upper], self.row[lower] - (self.row[upper] != self.row[lower])
        way = self._way(gap, start[-1][0], last, end[-1][0], net)
        between = sorted((way[0][0], way[1][0]))
        self.anchors[frozenset((left, right))] = (between[0], between[1], Level(gap, net=net))
        self._draw(couple, [*start, *way, *reversed(end)])

    def _draw(self, couple: Couple, stops: list[Stop]) -> None:
        self.lines.append((couple.kind, stops))
        if couple.state == "together":
            return
        (x1, y1), (x2, _) = max(
            (pair for pair in pairwise(stops) if pair[0][1] == pair[1][1]),
            key=lambda pair: abs(pair[0][0] - pair[1][0]),
        )
        at = x1 + (x2 - x1) / 4
        for x in (at,) if couple.state == "separated" else (at - 3, at + 3):
            low, high = (Level(y1.row, y1.dy + dy, y1.net) for dy in (8, -8))
            self.lines.append(("slash", [(x - 4, low), (x + 4, high)]))

    def unions(self, unions: Sequence[Union]) -> None:
        """Lines from parents down to their children."""
        for number, union in enumerate(unions):
            self._union(union, (1, number))

    def _union(self, union: Union, net: Net) -> None:
        rows = [self.row[child] for child in union.children]
        entries = [self._entry(child) for child in union.children]
        anchor = self._anchor(union, entries)
        gap = anchor[-1][1].row if anchor else min(rows) - 1
        reach = [stop[0] for stop in anchor[-1:]]
        near = sorted(
            (child, entry)
            for child, entry, row in zip(union.children, entries, rows, strict=True)
            if row - 1 == gap
        )
        near.sort(key=lambda pair: (self.x[pair[0]], pair[0]))
        lane = Level(gap, net=net)
        for _, twins in groupby(near, key=lambda pair: self._twin(pair[0])):
            ends = [entry for _, entry in twins]
            meet = (ends[0][0] + ends[-1][0]) / 2
            reach.append(meet)
            self.lines += [(union.kind, [(meet, lane), end]) for end in ends]
        for _child, entry, row in zip(union.children, entries, rows, strict=True):
            if row - 1 != gap:
                begin = anchor[-1][0] if anchor else entry[0]
                reach.append(begin)
                way = self._way(gap, begin, row - 1, entry[0], net)
                self.lines.append((union.kind, [*way, entry]))
        if anchor:
            self.lines.append((union.kind, [*anchor, (anchor[-1][0], lane)]))
        self._span(gap, net, *reach)
        if len(set(reach)) > 1:
            self.lines.append((union.kind, [(min(reach), lane), (max(reach), lane)]))

    def _anchor(self, union: Union, entries: Sequence[Stop]) -> list[Stop]:
        """Where the line down begins: on the couple's line, or beside the only parent."""
        if not union.parents:
            return []
        if len(union.parents) == 2:
            least, most, level = self.anchors[frozenset(union.parents)]
            xs = [x for x, _ in entries]
            return [(min(max((min(xs) + max(xs)) / 2, least), most), level)]
        [parent] = union.parents
        return self._port(parent, self.sides[parent])

    def _twin(self, child: int) -> object:
        """The same for those born on one day; nobody's twin has nobody's day."""
        return self.people[child].born or child

    def _entry(self, child: int) -> Stop:
        number = self.entered.get(child, 0)
        self.entered[child] = number + 1
        dx = ENTRIES[number % len(ENTRIES)]
        return self.x[child] + dx, Level(self.row[child], -top_of(self.people[child].shape, dx))

    def _port(self, id_: int, side: int) -> list[Stop]:
        """From the edge of a symbol to beside its label, from where a line can go down."""
        number = self.ports.get((id_, side), 0)
        self.ports[id_, side] = number + 1
        dy = (8 if (id_, side) in self.taken else 0) + 5 * (number % 3)
        y = Level(self.row[id_], dy)
        edge = self._side(id_, dy)
        return [(self.x[id_] + side * edge, y), (self.x[id_] + side * (PORT + 3 * (number % 3)), y)]

    def _side(self, id_: int, dy: float = 0) -> float:
        return side_of(self.people[id_].shape, dy)

    def _way(self, gap: int, x: float, last: int, to: float, net: Net) -> list[Stop]:
        """From a gap below a row to another, past the people of the rows between."""
        stops: list[Stop] = [(x, Level(gap, net=net))]
        step = 1 if last > gap else -1
        while gap != last:
            passed = gap + 1 if step > 0 else gap
            x = self._passage(passed, to)
            self._span(gap, net, stops[-1][0], x)
            gap += step
            stops += [(x, stops[-1][1]), (x, Level(gap, net=net))]
        self._span(gap, net, stops[-1][0], to)
        return [*stops, (to, stops[-1][1])]

    def _passage(self, row: int, near: float) -> float:
        """Where a line can pass between the people of a row."""
        return min(self.passages(row) or [near], key=lambda x: abs(x - near))

    def passages(self, row: int) -> list[float]:
        """The middle of the free space between people of a row, and at its ends; none if empty."""
        xs = [self.x[id_] for id_ in self.rows.get(row, ())]
        if not xs:
            return []
        half = CELL / 2
        between = [(a + b) / 2 for a, b in pairwise(xs)]
        return [xs[0] - half, *between, xs[-1] + half]

    def _span(self, gap: int, net: Net, *xs: float) -> None:
        span = self.spans.setdefault(gap, {}).setdefault(net, [xs[0], xs[0]])
        span[:] = [min(span[0], *xs), max(span[1], *xs)]

    def lanes(self) -> dict[int, dict[Net, int]]:
        """The lane of each net in each gap: nets that overlap have different ones."""
        found: dict[int, dict[Net, int]] = {}
        for gap, nets in self.spans.items():
            ends: list[float] = []
            lanes = found.setdefault(gap, {})
            for net, (left, right) in sorted(nets.items(), key=lambda n: (n[0][0], n[1])):
                lane = next((i for i, end in enumerate(ends) if end + 12 < left), len(ends))
                ends[lane : lane + 1] = [right]
                lanes[net] = lane
        return found
