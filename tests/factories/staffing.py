"""Colleagues at every point of their time here, at one hub."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts import queries, services
from keywork.accounts.policy import Actor
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.factories.accounts import a_member_of_staff


@dataclass(frozen=True)
class Staffing:
    """A hub's people, by what can be done about them."""

    stays: Actor
    stays_uid: UUID
    changes_uid: UUID
    post: UUID
    """Of the one who changes."""

    goes_uid: UUID
    gone_uid: UUID
    cover: UUID
    """For the one who stays, who is away."""


def staffing(session: Session, manager: Actor, hub_id: int) -> Staffing:
    """Make them. The session reads for the manager afterwards."""
    stays, changes, goes, gone = (
        a_member_of_staff(session, "key_worker", hub_id) for _ in range(4)
    )
    set_viewer(session, manager.viewer)
    people = {person.id: person for person in queries.people(session, manager)}
    services.mark_left(session, manager, people[gone.staff_id].uid)
    away(session, manager, absent=stays, stand_in=goes)
    [cover] = [c for c in queries.covers(session) if c.absent_id == stays.staff_id]
    return Staffing(
        stays=stays,
        stays_uid=people[stays.staff_id].uid,
        changes_uid=people[changes.staff_id].uid,
        post=people[changes.staff_id].posts[0].uid,
        goes_uid=people[goes.staff_id].uid,
        gone_uid=people[gone.staff_id].uid,
        cover=cover.uid,
    )


def away(session: Session, by: Actor, *, absent: Actor, stand_in: Actor) -> None:
    """Have somebody stand in from today for eleven days."""
    set_viewer(session, by.viewer)
    services.arrange_cover(
        session,
        by,
        absent_id=absent.staff_id,
        cover_id=stand_in.staff_id,
        first=clock.today(),
        last=clock.today().fromordinal(clock.today().toordinal() + 10),
        reason="Annual leave",
    )
