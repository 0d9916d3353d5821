"""Opening a record in an emergency, closing it again, and saying whether it was justified."""

from datetime import timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import alerts, queries
from keywork.families.emergency_rules import emergency_hours, emergency_reasons
from keywork.families.models import BreakGlass
from keywork.families.policy import Search, may_check
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.kernel.references import new_reference

explain_constraint("break_glass_checked_once", "Someone else has just checked this")
explain_constraint("break_glass_ended_once", "This emergency is over already")
explain_constraint(
    "break_glass_not_again",
    "A manager found that you should not have opened this record. Speak to them",
    "reason",
)


def find_in_emergency(session: Session, search: Search) -> int | None:
    """The id of the record that is meant; None when there is none or the viewer is barred from it.

    For whoever asks the two are one. The managers are told of who is barred and tried.
    """
    family_id = queries.sought_in_emergency(session, search)
    if family_id is not None and not queries.is_barred(session, family_id):
        return family_id
    reference = search.reference or "person"
    if family_id is not None:
        reference = queries.reference_of(session, family_id)
        alerts.glass_refused(session, family_id, reference)
    audit.record(session, "glass.refused", reference)
    return None


def break_glass(session: Session, actor: Actor, family_id: int, *, kind: str, reason: str) -> str:
    """Open a record as its team may, for some hours; returns the record's reference.

    Its managers are told at once. A record that is open to the actor already stays as it is.
    """
    family = queries.reference_of(session, family_id)
    if queries.may_open(session, family_id):
        return family
    if kind not in emergency_reasons():
        raise Refusal("Choose why you need it now", "kind")
    emergency = new_reference("E")
    session.execute(
        insert(BreakGlass).values(
            reference=emergency,
            family_id=family_id,
            staff_id=actor.staff_id,
            kind=kind,
            reason=reason,
            ends_at=clock.now() + timedelta(hours=emergency_hours(clock.today())),
        )
    )
    audit.record(session, "glass.broken", family, family_id=family_id)
    alerts.glass_broken(session, family_id, emergency)
    return family


def give_back(session: Session, actor: Actor, family: str) -> None:
    """Close a record again that the actor opened in an emergency; what is over stays as it is."""
    mine = BreakGlass.staff_id == actor.staff_id
    rows = session.scalars(
        select(BreakGlass)
        .where(mine, func.reference_of(BreakGlass.family_id) == family)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        raise NotVisible
    lasting = [row for row in rows if row.given_back_at is None and row.ends_at > clock.now()]
    for row in lasting:
        row.given_back_at = clock.now()
    if lasting:
        session.flush()
        audit.record(session, "glass.given_back", family, family_id=lasting[0].family_id)


def check_emergency(
    session: Session, actor: Actor, reference: str, *, justified: bool, words: str
) -> None:
    """Say whether an emergency was justified, and why; if it was not, it is over."""
    view = queries.emergency(session, reference)
    if not may_check(actor, opened_by=view.staff_id, manages=view.may_open):
        raise NotVisible
    row = session.scalars(
        select(BreakGlass)
        .where(BreakGlass.reference == reference)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.checked_by is not None:
        raise Stale(f"{accounts.staff_name(session, row.checked_by)} has checked this already")
    row.checked_by, row.checked_at = actor.staff_id, clock.now()
    row.justified, row.check_words = justified, words
    if not justified and view.is_open:
        row.given_back_at = clock.now()
    session.flush()
    audit.record(session, "glass.checked", view.family_reference, family_id=row.family_id)
    alerts.glass_checked(session, reference)
