"""Somebody recorded twice."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.policy import KEPT, MERGED_FACTS, NewPerson
from keywork.kernel.viewer import acting_as, set_viewer, system_task

NIGHT = system_task("families")
_numbers = count(1)


def by_night(session: Session) -> None:
    """The search that beat asks for."""
    with acting_as(session, NIGHT):
        services.find_same_people(session)


def opened(session: Session, manager: Actor, *persons: NewPerson) -> queries.FamilyView:
    """A new family of these at the manager's hub; the session reads for the manager."""
    set_viewer(session, manager.viewer)
    [hub] = manager.managed_hub_ids
    reference = services.open_family(session, manager, hub, persons).reference
    return queries.family(session, reference)


def a_pair(session: Session, manager: Actor) -> UUID:
    """A girl recorded twice, once with a typing error, found by night; the manager reads."""
    surname = f"Quillfeather{'abcdefghij'[next(_numbers) % 10] * 3}"
    [hub] = manager.managed_hub_ids
    set_viewer(session, manager.viewer)
    before = {pair.uid for pair in queries.same_people(session)}
    for name in ("Rosamund", "Rozamund"):
        person = NewPerson(name, surname, date(2021, 3, 14), None, "child")
        services.open_family(session, manager, hub, [person])
    by_night(session)
    return next(
        pair.uid
        for pair in queries.same_people(session)
        if pair.uid not in before and surname in pair.first.name
    )


def merged(session: Session, manager: Actor) -> UUID:
    """A girl whose two records were put together."""
    pair = queries.same_person(session, a_pair(session, manager))
    return services.merge_people(
        session,
        manager,
        pair.uid,
        version=pair.version,
        chosen={fact.key: KEPT for fact in MERGED_FACTS},
        reason="Same school",
    )


@dataclass(frozen=True)
class SamePeople:
    """Pairs to decide on, and two records that are one."""

    apart: UUID
    one: UUID
    merged: UUID


def same_people(session: Session, manager: Actor) -> SamePeople:
    """What there are forms for."""
    with acting_as(session, manager.viewer):
        return SamePeople(
            apart=a_pair(session, manager),
            one=a_pair(session, manager),
            merged=merged(session, manager),
        )
