"""What the layout is told, in plain ids."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Someone:
    """A person to be drawn."""

    id: int
    shape: str = "diamond"
    """`square`, `circle`, `diamond`, or `triangle` for the unborn."""

    born: date | None = None
    generation: int = 0
    """Where to draw somebody with no ties: 0 with the adults, 1 with the children."""

    label: Sequence[str] = ("",)
    """Lines of text below the symbol."""


@dataclass(frozen=True)
class Couple:
    """Two people who are or were a couple, or only parents of the same child (`parents`)."""

    one: int
    other: int
    kind: str = "married"
    state: str = "together"


@dataclass(frozen=True)
class Descent:
    """A line from a parent, or somebody in the place of one, to a child."""

    parent: int
    child: int
    kind: str = "birth_parent"


@dataclass(frozen=True)
class Siblings:
    """Two whose parents may not be known."""

    one: int
    other: int
    kind: str = "sibling"


@dataclass(frozen=True)
class Facts:
    """A family to be drawn. Ties of somebody who is not among the people are left out."""

    people: Sequence[Someone]
    couples: Sequence[Couple] = ()
    descents: Sequence[Descent] = ()
    siblings: Sequence[Siblings] = ()
    households: Sequence[Sequence[int]] = ()
    """Who live together; somebody may live at two places."""


@dataclass
class Union:
    """One or two parents, or none that are known, and their children of one kind."""

    parents: tuple[int, ...]
    kind: str
    children: list[int] = field(default_factory=list)
