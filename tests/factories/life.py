"""Records at every point of their life, at one hub."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.policy import NewPerson
from keywork.families.services import NewProfessional
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.factories.accounts import a_member_of_staff
from tests.factories.commissioning import Place


@dataclass(frozen=True)
class Lives:
    """Records by what can be done with them, and who may come into their teams."""

    quiet: str
    """One with a team, a professional, and another record joined to it."""

    quiet_members: list[int]
    place: UUID
    """Of a specialist in its team."""

    professional: UUID
    join: UUID
    other: str
    """One that can be joined to it."""

    closed: str
    newcomer: Actor
    """A key worker of the hub who works with none of them."""


def lives(session: Session, place: Place) -> Lives:
    """Make them. The session reads for the place's worker afterwards."""
    manager = place.manager
    newcomer = a_member_of_staff(session, "key_worker", place.hub_id)
    specialist = a_member_of_staff(session, "specialist", place.hub_id)
    set_viewer(session, manager.viewer)
    quiet, joined, other, closed = (
        _family(session, place, name) for name in ("Lark", "Wren", "Swift", "Rook")
    )
    services.join_team(session, quiet.id, specialist.staff_id, "specialist")
    teacher = NewProfessional("Sam Hill", "Teacher", "Elm Primary", "", clock.today())
    professional = services.add_professional(session, manager, quiet.id, teacher)
    join = services.join_families(session, manager, quiet.id, joined.id, reason="same_family")
    services.close_family(session, manager, closed.id, reason="moved_away")
    team = queries.family(session, quiet.reference).team
    set_viewer(session, place.worker.viewer)
    return Lives(
        quiet=quiet.reference,
        quiet_members=[member.id for member in quiet.members],
        place=next(place.uid for place in team if place.staff_id == specialist.staff_id),
        professional=professional,
        join=join,
        other=other.reference,
        closed=closed.reference,
        newcomer=newcomer,
    )


def _family(session: Session, place: Place, surname: str) -> queries.FamilyView:
    """A parent and a child, and the place's worker."""
    people = [
        NewPerson("Ida", f"{surname}{place.hub_id}", date(1990, 2, 3), None, "parent"),
        NewPerson("Kit", f"{surname}{place.hub_id}", date(2020, 4, 5), None, "child"),
    ]
    opened = services.open_family(session, place.manager, place.hub_id, people)
    services.join_team(session, opened.id, place.worker.staff_id, "key_worker")
    return queries.family(session, opened.reference)
