"""A handoff comes into being: from a finished draft, or from another system's message."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.alerts import services as alerts
from keywork.families.policy import NewPerson, SafeContact
from keywork.handoffs import queries
from keywork.handoffs.models import Handoff, HandoffPerson, HandoffStage
from keywork.kernel import audit
from keywork.kernel.references import new_reference
from keywork.kernel.viewer import current_viewer

WAITING_ALERT = "handoff.waiting"


@dataclass(frozen=True)
class Content:
    """What a handoff says."""

    hub_id: int
    people: tuple[NewPerson, ...]
    domains: tuple[str, ...]
    why: str
    tried: str
    contact: SafeContact | None
    """None when nobody has said what is safe."""

    contact_details: str
    consent: str
    consent_reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Source:
    """Where a message came from."""

    bundle_id: str | None
    message_id: str
    name: str
    organisation: str
    email: str


@dataclass(frozen=True)
class Received:
    """What became of a message: the handoff's reference, and whether it is a new one."""

    reference: str
    is_new: bool


def receive(session: Session, source: Source, content: Content) -> Received:
    """A handoff out of another system's message; the same message again changes nothing.

    Its author is the health visitor who has an account with the requester's e-mail address: the
    address alone proves nothing, and makes nobody else one.
    """
    known = queries.received(session, bundle_id=source.bundle_id, message_id=source.message_id)
    if known:
        return Received(known, is_new=False)
    author = _health_visitor(session, source.email)
    origin = {
        "author_id": author,
        "bundle_id": source.bundle_id,
        "message_id": source.message_id,
        "source_name": source.name,
        "source_organisation": source.organisation,
        "source_email": source.email,
    }
    return Received(store(session, content, origin), is_new=True)


def _health_visitor(session: Session, email: str) -> int | None:
    found = accounts.staff_by_email(session, email) if email else None
    actor = accounts.actor(session, found.id) if found else None
    return actor.staff_id if actor and actor.has("health_visitor") else None


def store_draft(session: Session, author_id: int, uid: UUID, content: Content) -> str:
    """A handoff out of a draft; returns its reference."""
    origin = {
        "author_id": author_id,
        "draft_uid": uid,
        "source_name": "",
        "source_organisation": "",
        "source_email": "",
    }
    return store(session, content, origin)


def store(session: Session, content: Content, origin: dict[str, Any]) -> str:
    """Keep the handoff and its first stage, and tell the hub's managers; returns its reference."""
    contact = content.contact
    row = Handoff(
        reference=new_reference("H"),
        hub_id=content.hub_id,
        domains=list(content.domains),
        why=content.why,
        tried=content.tried,
        note=content.note,
        contact_details=content.contact_details,
        may_call=contact.may_call if contact else None,
        may_text=contact.may_text if contact else None,
        may_leave_message=contact.may_leave_message if contact else None,
        may_write=contact.may_write if contact else None,
        advice=contact.advice if contact else "",
        consent=content.consent,
        consent_reason=content.consent_reason,
        **origin,
    )
    session.add(row)
    session.flush()
    session.add_all(
        HandoffPerson(
            handoff_id=row.id,
            given_name=person.given_name,
            family_name=person.family_name,
            date_of_birth=person.date_of_birth,
            nhs_number=person.nhs_number,
            role=person.role,
        )
        for person in content.people
    )
    add_stage(session, row)
    audit.record(session, "handoff.send", row.reference)
    tell_managers(session, row)
    return row.reference


def add_stage(session: Session, row: Handoff, note: str = "") -> None:
    """Note that the handoff has reached the stage it is now at, and by whom."""
    session.add(
        HandoffStage(
            handoff_id=row.id,
            stage=row.stage,
            recorded_by=current_viewer(session),
            key_worker_id=row.key_worker_id,
            note=note,
        )
    )
    session.flush()


def tell_managers(session: Session, row: Handoff) -> None:
    """Alert the hub's managers that a handoff waits to be allocated."""
    managers = accounts.staff_at(session, row.hub_id, "hub_manager")
    alerts.raise_alert(
        session,
        kind=WAITING_ALERT,
        subject=row.reference,
        about_family_id=None,
        staff_ids=[manager.id for manager in managers],
        path=f"/allocation/{row.reference}",
        line="A handoff is waiting to be allocated",
    )
