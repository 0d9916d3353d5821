"""Who is acting."""

from dataclasses import dataclass
from datetime import date

from keywork.kernel.viewer import Viewer, practitioner


@dataclass(frozen=True)
class StandIn:
    """A colleague for whom somebody stands in."""

    staff_id: int
    name: str
    last_day: date


@dataclass(frozen=True)
class Actor:
    """A signed-in member of staff, with the roles and hubs they hold today."""

    staff_id: int
    name: str
    email: str
    roles: frozenset[str]
    hub_ids: frozenset[int]
    """Every hub they hold a post at."""

    managed_hub_ids: frozenset[int]
    """The hubs they are hub manager of."""

    stands_in: tuple[StandIn, ...] = ()
    """The colleagues whose roles and hubs are among theirs today."""

    @property
    def viewer(self) -> Viewer:
        """For whom their transactions read."""
        return practitioner(self.staff_id)

    def has(self, *roles: str) -> bool:
        """Whether they hold one of the roles."""
        return bool(self.roles & set(roles))

    @property
    def acts_for(self) -> list[int]:
        """Whose work is theirs today: their own, and that of whomever they stand in for."""
        return [self.staff_id, *(absent.staff_id for absent in self.stands_in)]
