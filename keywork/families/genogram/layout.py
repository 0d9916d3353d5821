"""A family as a picture: rows, places, lines and outlines, whatever the family."""

from typing import Final

from keywork.families.genogram.facts import Couple, Descent, Facts, Siblings
from keywork.families.genogram.generations import generations
from keywork.families.genogram.order import Order, Rows
from keywork.families.genogram.outlines import Outlines
from keywork.families.genogram.picture import RADIUS, Line, Picture, Symbol
from keywork.families.genogram.places import CELL, EDGE, Places
from keywork.families.genogram.routes import Level, Routes
from keywork.families.genogram.unions import couples, unions

TEXT_LINE: Final = 16
LABEL_GAP: Final = 6
LANE: Final = 10
ABOVE: Final = 12
"""Free space above a symbol that an outline around it includes."""

GAP: Final = 44
"""Between one row and the next, besides its lanes."""


def draw(facts: Facts) -> Picture:
    """Lay a family out. Never fails: ties that contradict others are drawn across rows."""
    facts = _sound(facts)
    together = unions(facts)
    pairs = couples(facts, together)
    row = generations(facts)
    order = Order(facts, row, together, pairs)
    rows = order.rows()
    places = Places(rows, order.home, together, pairs)
    x = places.found()
    routes = Routes(facts, rows, x, places.sides)
    routes.couples(pairs)
    routes.unions(together)
    return _Sheet(facts, rows, x, routes).picture()


def _sound(facts: Facts) -> Facts:
    """Without ties of people who are not there, or of somebody with themselves."""
    ids = {person.id for person in facts.people}

    def fits(one: int, other: int) -> bool:
        return one != other and {one, other} <= ids

    couples: list[Couple] = [c for c in facts.couples if fits(c.one, c.other)]
    descents: list[Descent] = [d for d in facts.descents if fits(d.parent, d.child)]
    siblings: list[Siblings] = [s for s in facts.siblings if fits(s.one, s.other)]
    households = [list(home) for ids_ in facts.households if (home := ids.intersection(ids_))]
    return Facts(facts.people, couples, descents, siblings, households)


class _Sheet:
    """Heights: of the rows, each as tall as its labels, and the gaps, each as tall as its lanes."""

    def __init__(self, facts: Facts, rows: Rows, x: dict[int, int], routes: Routes) -> None:
        self.facts = facts
        self.rows = rows
        self.x = x
        self.routes = routes
        self.lanes = routes.lanes()
        self.people = {person.id: person for person in facts.people}
        self.middle: dict[int, float] = {}
        self.bottom: dict[int, float] = {-1: EDGE}
        self.height: float = EDGE
        last = max(rows, default=-1)
        for row in range(last + 1):
            lanes = 1 + max(self.lanes.get(row - 1, {0: -1}).values())
            top = self.bottom[row - 1] + LANE * lanes + (GAP if row else EDGE * bool(lanes))
            lines = max((len(self.people[i].label) for i in rows.get(row, ())), default=1)
            self.middle[row] = top + ABOVE + RADIUS
            self.bottom[row] = self.middle[row] + RADIUS + LABEL_GAP + TEXT_LINE * lines + 12
        after = 1 + max(self.lanes.get(last, {0: -1}).values())
        self.height = self.bottom[last] + LANE * after + (20 if facts.households else 0) + EDGE

    def picture(self) -> Picture:
        """Everything at its place."""
        outlines = Outlines(self.rows, self.x, self._extent, self.routes.passages)
        drawn = [
            Line(style, tuple((x, self._y(level)) for x, level in stops))
            for style, stops in self.routes.lines
        ]
        return Picture(
            width=max(self.x.values(), default=0) + CELL / 2 + EDGE,
            height=self.height,
            symbols=[
                Symbol(person, self.x[person.id], self.middle[self.routes.row[person.id]])
                for person in self.facts.people
            ],
            lines=drawn,
            outlines=[
                outlines.around(home, number) for number, home in enumerate(self.facts.households)
            ],
        )

    def _extent(self, row: int) -> tuple[float, float]:
        return self.middle[row] - RADIUS - ABOVE, self.bottom[row]

    def _y(self, level: Level) -> float:
        if level.net is None:
            return self.middle[level.row] + level.dy
        return self.bottom[level.row] + 10 + LANE * self.lanes[level.row][level.net] + level.dy
