"""Emergencies, conflicts of interest, and reading for the key worker before."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.kernel.viewer import current_viewer, set_viewer
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.commissioning import Place
from tests.factories.families import Case, some_persons

RIGHT: Final = {
    "kind": "missing",
    "reason": "The younger child did not come home",
    "submission": "",
}
"""An answer to the emergency form, but for whose record."""


def an_emergency(session: Session, case: Case, actor: Actor) -> str:
    """Somebody opens the family in an emergency, and reads; returns the emergency's reference."""
    set_viewer(session, actor.viewer)
    services.break_glass(
        session, actor, case.id, kind="missing", reason="The younger child is missing"
    )
    [found] = [one for one in queries.emergencies(session) if one.staff_id == actor.staff_id]
    return found.reference


def knows(
    session: Session, case: Case, colleague: Actor, place: int = 0, by: Actor | None = None
) -> None:
    """A colleague knows somebody in the family, says its manager or whoever does."""
    before = current_viewer(session)
    by = by or case.manager
    set_viewer(session, by.viewer)
    family = queries.family(session, case.reference)
    services.declare_conflict(
        session,
        by,
        family,
        staff_id=colleague.staff_id,
        member_ids=[case.members[place].id],
        reason="A cousin",
    )
    set_viewer(session, before)


@dataclass(frozen=True)
class Access:
    """A family that somebody opened in an emergency and somebody else is a cousin of."""

    family: str
    member: int
    emergency: str
    conflict: UUID
    reads_for: UUID


def access(session: Session, place: Place) -> Access:
    """Make it at the place; the session reads for the place's worker afterwards."""
    stranger = a_member_of_staff(session, "key_worker", a_hub(session))
    cousin, before = (a_member_of_staff(session, "key_worker", place.hub_id) for _ in range(2))
    manager = place.manager
    set_viewer(session, manager.viewer)
    opened = services.open_family(
        session, manager, place.hub_id, some_persons(f"Fry{place.hub_id}")
    )
    services.join_team(session, opened.id, before.staff_id, "key_worker")
    family = queries.family(session, opened.reference)
    worker = place.worker.staff_id
    services.change_key_worker(
        session, manager, family, worker, "Leave", seen=before.staff_id, reads=True
    )
    services.declare_conflict(
        session,
        manager,
        family,
        staff_id=cousin.staff_id,
        member_ids=[family.members[0].id],
        reason="A cousin",
    )
    family = queries.family(session, opened.reference)
    [conflict] = queries.conflicts(session, family).standing
    [reads_for] = accounts.readings(session, family.ids)
    set_viewer(session, stranger.viewer)
    services.break_glass(
        session, stranger, opened.id, kind="missing", reason="The younger child is missing"
    )
    [emergency] = queries.emergencies(session)
    set_viewer(session, place.worker.viewer)
    return Access(
        family.reference, family.members[0].id, emergency.reference, conflict.uid, reads_for.uid
    )


def known_and_opened(session: Session, place: Place) -> None:
    """A new colleague is a cousin of the place's family; another opened it in an emergency."""
    cousin = a_member_of_staff(session, "key_worker", place.hub_id)
    stranger = a_member_of_staff(session, "key_worker", a_hub(session))
    set_viewer(session, place.manager.viewer)
    services.declare_conflict(
        session,
        place.manager,
        queries.family(session, place.family.reference),
        staff_id=cousin.staff_id,
        member_ids=[place.family.members[0].id],
        reason="A cousin",
    )
    set_viewer(session, stranger.viewer)
    services.break_glass(
        session, stranger, place.family.id, kind="missing", reason="A child is missing"
    )
    set_viewer(session, place.worker.viewer)
