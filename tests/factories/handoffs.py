"""A hub that takes handoffs, and handoffs as far along as a test wants them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families.policy import NewPerson
from keywork.handoffs import queries, services
from keywork.handoffs.queries import HandoffView
from keywork.kernel.viewer import set_viewer
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.families import an_nhs_number

WHY = {"domains": ["parental_mental_health"], "why": "Nobody sleeps.", "tried": "Listening visits."}


@dataclass(frozen=True)
class Place:
    """A hub, its manager and two key workers, and a health visitor."""

    hub_id: int
    hub: str
    manager: Actor
    key_worker: Actor
    second: Actor
    health_visitor: Actor


def a_place(session: Session, district: str = "ZZ1") -> Place:
    """A hub as it is on an ordinary day."""
    hub_id = a_hub(session, (district,))
    manager, first, second = (
        a_member_of_staff(session, role, hub_id)
        for role in ("hub_manager", "key_worker", "key_worker")
    )
    set_viewer(session, manager.viewer)
    name = next(hub.name for hub in accounts.hubs(session) if hub.id == hub_id)
    visitor = a_member_of_staff(session, "health_visitor", None)
    return Place(hub_id, name, manager, first, second, visitor)


def two_people() -> list[NewPerson]:
    """A baby and her mother."""
    return [
        NewPerson("Rosa", "Kettlewell", date(2026, 2, 11), an_nhs_number(), "child"),
        NewPerson("Joy", "Kettlewell", date(1996, 6, 3), None, "parent"),
    ]


def contact(place: Place, **changes: Any) -> dict[str, Any]:
    """Answers to the third page."""
    return {
        "ways": ["may_text"],
        "advice": "before noon",
        "contact_details": "07700 900123",
        "consent": "agreed",
        "consent_reason": "",
        "postcode": "",
        "hub": place.hub_id,
        "hub_id": place.hub_id,
    } | changes


def a_handoff(
    session: Session,
    place: Place,
    people: list[NewPerson] | None = None,
    **changes: Any,
) -> HandoffView:
    """A handoff that has been sent. The session reads as the health visitor afterwards."""
    author = place.health_visitor
    set_viewer(session, author.viewer)
    first, *others = people or two_people()
    uid = services.start(session, author, first)
    for person in others:
        services.add_person(session, uid, person)
    why = {name: changes.pop(name) for name in WHY if name in changes}
    services.save_section(session, uid, "why", WHY | why)
    services.save_section(session, uid, "contact", contact(place, **changes))
    reference = services.send(session, author, uid, queries.draft(session, uid).version)
    return queries.handoff(session, reference)


def allocated(
    session: Session,
    place: Place,
    handoff: HandoffView,
    to: Actor | None = None,
    family_reference: str | None = None,
) -> HandoffView:
    """The handoff, allocated. The session reads as the hub manager afterwards."""
    set_viewer(session, place.manager.viewer)
    services.allocate(
        session,
        place.manager,
        handoff.reference,
        version=handoff.version,
        key_worker_id=(to or place.key_worker).staff_id,
        family_reference=family_reference,
    )
    return queries.handoff(session, handoff.reference)


def accepted(session: Session, place: Place, handoff: HandoffView) -> HandoffView:
    """The handoff, allocated and accepted. The session reads as the key worker afterwards."""
    waiting = allocated(session, place, handoff)
    set_viewer(session, place.key_worker.viewer)
    services.accept(session, place.key_worker, waiting.reference, version=waiting.version)
    return queries.handoff(session, waiting.reference)


def seen_by(session: Session, actor: Actor, handoff: HandoffView) -> HandoffView:
    """The handoff as this person sees it."""
    set_viewer(session, actor.viewer)
    return queries.handoff(session, handoff.reference)


def named(person: NewPerson, given_name: str) -> NewPerson:
    """The person under another first name."""
    return replace(person, given_name=given_name)
