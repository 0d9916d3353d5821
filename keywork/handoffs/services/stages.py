"""What happens to a handoff after it was sent: allocated, accepted or returned, handed over."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.alerts import services as alerts
from keywork.families import queries as family_queries
from keywork.families import services as families
from keywork.families.policy import NewPerson, name_key, safest
from keywork.handoffs import policy, queries
from keywork.handoffs.models import Handoff
from keywork.handoffs.services.sending import WAITING_ALERT, add_stage, tell_managers
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.sharing import services as sharing
from keywork.sharing.services import Given, Question

ANSWER_ALERT = "handoff.answer"
HEALTH_VISITING = "Health visiting"
"""Whom a parent agreed with, when a health visitor hands off from within keywork."""


explain_constraint(
    "handoff_stage_order", "Someone else changed this handoff. Open it again to see what they did"
)


def allocate(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    version: int,
    key_worker_id: int,
    family_reference: str | None,
    reads: bool = False,
) -> None:
    """Give the handoff to a key worker, who is to answer it.

    The first time, it is attached to the family given, or to a new one when there is none. With
    `reads`, the key worker who takes it on reads what was protected for the family's present one.
    """
    row = _locked(session, reference)
    if not policy.may_allocate(actor, row.hub_id):
        raise NotVisible
    _expect(session, row, version, *policy.WAITING, "allocated")
    offered = accounts.staff_at(session, row.hub_id, "key_worker")
    if key_worker_id not in {staff.id for staff in offered}:
        raise Refusal("Choose a key worker of this hub", "key_worker")
    family_id, joined = row.family_id, row.joined
    if family_id is None:
        family_id, joined = _attach(session, actor, row, family_reference), bool(family_reference)
    if key_worker_id in family_queries.barred_staff(session, family_id):
        raise Refusal("This key worker cannot work with this family", "key_worker")
    record = family_queries.records_of(session, family_id)[0]
    before = families.key_worker_id(session, record)
    families.take_over(session, actor, record, key_worker_id, before=before, reads=reads)
    row.family_id, row.joined, row.key_worker_id = family_id, joined, key_worker_id
    _move(session, row, "allocated")
    audit.record(session, "handoff.allocate", row.reference, family_id=family_id)
    alerts.resolve_alerts(session, WAITING_ALERT, row.reference)
    alerts.resolve_alerts(session, ANSWER_ALERT, row.reference)
    alerts.raise_alert(
        session,
        kind=ANSWER_ALERT,
        subject=row.reference,
        about_family_id=row.family_id,
        staff_ids=[key_worker_id],
        path=f"/handoffs/{row.reference}",
        line="A handoff is waiting for your answer",
    )


def accept(session: Session, actor: Actor, reference: str, *, version: int) -> None:
    """The key worker takes the family on, and what was sent goes into its chronology."""
    row = _own(session, actor, reference, version, "allocated")
    family_id = _family_id(session, row)
    families.set_key_worker(session, family_id, actor.staff_id)  # while it waits for their answer
    _move(session, row, "accepted")
    view = queries.handoff(session, reference)
    members = _members(session, family_id, view.persons)
    protected = policy.is_protected(row.domains)
    entry_id = families.record_entry(
        session,
        family_id=family_id,
        kind="handoff",
        text=_entry_text(view),
        happened_at=row.sent_at,
        member_ids=members,
        visibility="protected" if protected else "team",
        source="partner",
        source_name=view.sender,
    )
    if row.consent == "agreed":
        with_whom = view.organisation or HEALTH_VISITING
        sharing.take_over_consent(
            session,
            actor,
            at=(family_id, entry_id),
            questions=[Question(id_, "referral", with_whom) for id_ in members],
            given=Given("given", "consent", way="handoff", decided_by="A parent"),
            named_staff=() if protected else None,
        )
    audit.record(session, "handoff.accept", reference, family_id=row.family_id)
    alerts.resolve_alerts(session, ANSWER_ALERT, reference)


def give_back(session: Session, actor: Actor, reference: str, *, version: int, reason: str) -> None:
    """The key worker cannot take the family on; the hub manager allocates again."""
    row = _own(session, actor, reference, version, "allocated")
    _move(session, row, "returned", reason)
    audit.record(session, "handoff.give_back", reference, family_id=row.family_id)
    alerts.resolve_alerts(session, ANSWER_ALERT, reference)
    tell_managers(session, row)


def hand_over(
    session: Session, actor: Actor, reference: str, *, version: int, message: str
) -> None:
    """The key worker has the family in hand; `message` tells the health visitor what came of it."""
    row = _own(session, actor, reference, version, "accepted")
    _move(session, row, "handed_over", message)
    audit.record(session, "handoff.hand_over", reference, family_id=row.family_id)


def _attach(session: Session, actor: Actor, row: Handoff, family_reference: str | None) -> int:
    """Put the people into the family that the hub holds, or a new one, with what is safe there."""
    people = queries.handoff(session, row.reference).persons
    if family_reference is None:
        family_id = families.open_family(session, actor, row.hub_id, people).id
    else:
        matches = family_queries.find_existing(session, [row.hub_id], people)
        matches += family_queries.likely_existing(session, row.hub_id, people)
        found = {match.family_reference: match.family_id for match in matches}
        if family_reference not in found:
            raise Refusal("Choose one of the families shown, or open a new record", "family")
        family_id = found[family_reference]
        newcomers = _not_there(session, family_reference, people)
        families.add_members(session, actor, family_id, newcomers)
        if family_queries.families_by_id(session, [family_id])[family_id].closed_on:
            families.reopen_family(session, actor, family_id, reason="new_handoff")
    stated = queries.safe_contact(row)
    if stated is not None:
        records = family_queries.records_of(session, family_id)
        held = family_queries.safe_contact(session, records)
        both = safest(held.contact, stated) if held else stated
        families.set_safe_contact(session, actor, family_id, both)
    return family_id


def _not_there(
    session: Session, family_reference: str, people: Sequence[NewPerson]
) -> list[NewPerson]:
    """Those to add to the family: a name without birth date or NHS number is taken for the member
    of that name."""
    names = {
        name_key(member.given_name, member.family_name)
        for member in family_queries.family(session, family_reference).members
    }
    return [
        person
        for person in people
        if person.date_of_birth or person.nhs_number or person.name_key not in names
    ]


def _members(session: Session, family_id: int, people: Sequence[NewPerson]) -> Collection[int]:
    """The ids of the members of the family that these people are."""
    line = family_queries.families_by_id(session, [family_id])[family_id]
    known = {found.id for found in family_queries.known_persons(session, people) if found}
    names = {person.name_key for person in people}
    return [
        member.id
        for member in family_queries.family(session, line.reference).members
        if member.person_id in known or name_key(member.given_name, member.family_name) in names
    ]


def _entry_text(view: queries.HandoffView) -> str:
    """What was sent, as the chronology keeps it."""
    parts: Sequence[tuple[str, str]] = (
        ("Reasons", ", ".join(view.domains)),
        ("What is happening", view.why),
        ("What has been tried", view.tried),
        ("Note", view.note),
        ("Contact details", view.contact_details),
        ("Consent", f"{policy.CONSENT[view.consent]}. {view.consent_reason}".strip()),
    )
    return "\n\n".join(f"{name}: {said}" for name, said in parts if said)


def _locked(session: Session, reference: str) -> Handoff:
    row = session.scalar(
        select(Handoff)
        .where(Handoff.reference == reference)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotVisible
    return row


def _own(session: Session, actor: Actor, reference: str, version: int, stage: str) -> Handoff:
    row = _locked(session, reference)
    if not policy.may_answer(actor, row.key_worker_id):
        raise NotVisible
    _expect(session, row, version, stage)
    return row


def _expect(session: Session, row: Handoff, version: int, *stages: str) -> None:
    """Refuse when the page was opened before somebody changed the handoff."""
    if row.version == version and row.stage in stages:
        return
    last = queries.handoff(session, row.reference).steps[-1]
    done = policy.DONE[last.stage].format(key_worker=last.key_worker)
    at = last.at.astimezone(clock.LONDON)
    moment = f"at {at:%H:%M} on {at.day} {at:%B}"
    raise Stale(f"{last.by} {done} {moment}. Open the page again to go on from there")


def _family_id(session: Session, row: Handoff) -> int:
    """The record to write into: the handoff's own may have been joined to another since."""
    if row.family_id is None:
        raise NotVisible
    return family_queries.records_of(session, row.family_id)[0]


def _move(session: Session, row: Handoff, stage: str, note: str = "") -> None:
    """One UPDATE: the database looks at the step as a whole."""
    row.stage, row.version = stage, row.version + 1
    session.flush()
    add_stage(session, row, note)
