"""What is drawn, in pixels from the top left: shapes and lines that a template writes as SVG."""

from dataclasses import dataclass
from typing import Final

from keywork.families.genogram.facts import Someone

RADIUS: Final = 22
"""Half the width of a symbol."""

PORT: Final = 48
"""How far beside the middle of a symbol a line of its own goes down."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Symbol:
    """Somebody's shape, its middle, and the label below."""

    someone: Someone
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """A line; `style` names how it is drawn, such as `birth`, `couple` or `partners`."""

    style: str
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """For the `points` of a polyline."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


@dataclass(frozen=True)
class Outline:
    """The shape around those who live together."""

    path: str
    """For the `d` of a path."""

    corners: tuple[Point, ...]


@dataclass(frozen=True)
class Picture:
    """A whole family tree."""

    width: float
    height: float
    symbols: list[Symbol]
    lines: list[Line]
    outlines: list[Outline]


def top_of(shape: str, dx: float) -> float:
    """How far above the middle of a symbol its edge is, so far from the middle."""
    if shape == "circle":
        return float((RADIUS**2 - dx**2) ** 0.5)
    if shape == "diamond":
        return RADIUS - abs(dx)
    return RADIUS - 2 * abs(dx) if shape == "triangle" else float(RADIUS)


def side_of(shape: str, dy: float) -> float:
    """How far beside the middle of a symbol its edge is, so far below the middle."""
    if shape == "circle":
        return float((RADIUS**2 - dy**2) ** 0.5)
    if shape == "diamond":
        return RADIUS - abs(dy)
    return (RADIUS + dy) / 2 if shape == "triangle" else float(RADIUS)
