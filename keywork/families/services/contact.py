"""How a family may be reached safely."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import Family, SafeContactRow
from keywork.families.policy import SafeContact
from keywork.families.services.chronology import record_entry
from keywork.kernel import audit
from keywork.kernel.errors import Stale


def set_safe_contact(
    session: Session,
    actor: Actor,
    family_id: int,
    contact: SafeContact,
    *,
    version: int | None = None,
) -> None:
    """Say how the family may be reached from now on.

    `version` is that of what the actor saw; if somebody has changed it since, they are told.
    """
    family = session.scalars(select(Family).where(Family.id == family_id).with_for_update()).one()
    stored = queries.safe_contact(session, queries.records_of(session, family_id))
    if version is not None and version != (stored.version if stored else 0):
        raise Stale(_who_changed(session, stored))
    session.add(
        SafeContactRow(
            family_id=family_id,
            may_call=contact.may_call,
            may_text=contact.may_text,
            may_leave_message=contact.may_leave_message,
            may_write=contact.may_write,
            advice=contact.advice,
            recorded_by=actor.staff_id,
        )
    )
    record_entry(session, family_id=family_id, kind="safe_contact", text=contact.sentence)
    audit.record(session, "family.set_safe_contact", family.reference)


def _who_changed(session: Session, stored: queries.StoredContact | None) -> str:
    if stored is None or stored.recorded_by is None:
        return "Safe contact has changed since you opened this page"
    name = accounts.staff_name(session, stored.recorded_by)
    return (
        f"{name} has changed safe contact since you opened this page, to: {stored.contact.sentence}"
        " Check your answers and send them again"
    )
