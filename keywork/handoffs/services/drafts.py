"""A handoff being written, page by page, in a row that is its author's alone."""

import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families.policy import NewPerson
from keywork.handoffs import policy, queries
from keywork.handoffs.models import HandoffDraft
from keywork.handoffs.services.sending import Content, store_draft
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale


def start(session: Session, actor: Actor, person: NewPerson) -> UUID:
    """Begin a handoff with the first person it concerns."""
    row = HandoffDraft(author_id=actor.staff_id, data={"people": [_raw(person)]})
    session.add(row)
    session.flush()
    return row.uid


def add_person(session: Session, uid: UUID, person: NewPerson) -> None:
    """Put another person into the draft."""
    row = _locked(session, uid)
    people = row.data["people"]
    number = person.nhs_number
    if number and any(raw["nhs_number"] == number for raw in people):
        raise Refusal("Somebody in this handoff has that NHS number already", "nhs_number")
    if len(people) >= policy.MOST_PEOPLE:
        raise Refusal(f"A handoff can be about {policy.MOST_PEOPLE} people at most")
    _change(row, people=[*people, _raw(person)])


def remove_person(session: Session, uid: UUID, key: str) -> None:
    """Take a person out of the draft; one who is out already stays out."""
    row = _locked(session, uid)
    _change(row, people=[raw for raw in row.data["people"] if raw["key"] != key])


def save_section(session: Session, uid: UUID, name: str, answers: dict[str, Any]) -> None:
    """Keep the answers to one page, `why` or `contact`, by field name."""
    _change(_locked(session, uid), **{name: answers})


def discard(session: Session, uid: UUID) -> None:
    """Delete the draft."""
    session.delete(_locked(session, uid))


def send(session: Session, actor: Actor, uid: UUID, version: int) -> str:
    """Send what the draft says, once; returns the handoff's reference."""
    row = _find(session, uid)
    if row is None:
        return _sent_already(session, uid)
    if row.version != version:
        raise Stale("You changed this handoff in another window. Check it again before you send it")
    draft = queries.draft(session, uid)
    problem = policy.unfinished(draft.persons, draft.sections)
    if problem:
        raise Refusal(problem)
    reference = store_draft(session, actor.staff_id, uid, _content(draft))
    session.delete(row)
    return reference


def _content(draft: queries.Draft) -> Content:
    why, contact = draft.sections["why"], draft.sections["contact"]
    return Content(
        hub_id=contact["hub_id"],
        people=draft.persons,
        domains=tuple(why["domains"]),
        why=why["why"],
        tried=why["tried"],
        contact=draft.contact,
        contact_details=contact["contact_details"],
        consent=contact["consent"],
        consent_reason=contact["consent_reason"],
    )


def sweep(session: Session, age: timedelta) -> None:
    """Forget drafts that nobody has touched for so long. Reads as `task:retention`."""
    session.execute(
        delete(HandoffDraft)
        .where(HandoffDraft.changed_at < clock.now() - age)
        .execution_options(synchronize_session=False)
    )


def _raw(person: NewPerson) -> dict[str, Any]:
    born = person.date_of_birth
    dated = {"date_of_birth": born.isoformat() if born else None}
    return {"key": secrets.token_hex(4), **asdict(person), **dated}


def _sent_already(session: Session, uid: UUID) -> str:
    """The handoff this draft became, sent a moment ago from another window."""
    sent = queries.sent_from(session, uid)
    if sent is None:
        raise NotVisible
    return sent


def _find(session: Session, uid: UUID) -> HandoffDraft | None:
    return session.scalar(select(HandoffDraft).where(HandoffDraft.uid == uid).with_for_update())


def _locked(session: Session, uid: UUID) -> HandoffDraft:
    row = _find(session, uid)
    if row is None:
        raise NotVisible
    return row


def _change(row: HandoffDraft, **parts: Any) -> None:
    row.data = {**row.data, **parts}
    row.version += 1
    row.changed_at = clock.now()
