"""Writes of consent and sharing. Each is also an entry in the chronology, for the same readers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries as family_queries
from keywork.families import services as families
from keywork.families.policy import row_readers
from keywork.families.queries import FamilyView
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal, Stale, explain_constraint
from keywork.sharing import queries
from keywork.sharing.models import Consent, Disclosure
from keywork.sharing.policy import BY_CONSENT, STATES, UNSAFE, consents, next_states
from keywork.sharing.queries import ConsentView
from keywork.sharing.reference import PURPOSES, terms

explain_constraint(
    "consent_in_order", "Someone has just changed this answer. Open the page again", "state"
)


@dataclass(frozen=True)
class Question:
    """Whom, what for, and with which organisation; empty is any."""

    member_id: int
    purpose: str
    organisation: str = ""


@dataclass(frozen=True)
class Given:
    """What was answered, how, and by whom if not by the member."""

    state: str
    basis: str
    way: str | None = None
    words: str = ""
    decided_by_id: int | None = None
    decided_by: str = ""
    valid_until: date | None = None


@dataclass(frozen=True)
class Decision:
    """What was shared with whom and why, or was not."""

    shared: bool
    happened_on: date
    member_ids: Collection[int]
    purpose: str
    organisation_kind: str
    organisation: str
    person: str
    what: str
    basis: str | None
    reason: str


def record_consent(
    session: Session,
    actor: Actor,
    family_id: int,
    question: Question,
    given: Given,
    *,
    version: int = 0,
    named_staff: Collection[int] | None = None,
    named_members: Collection[int] = (),
) -> None:
    """Record where a member of a record stands. `version` counts the answers that the actor saw.

    With `named_staff` it is protected: the actor, they and the hub manager may read it, and
    `named_members` may be given a copy; that it would be unsafe to ask always is.
    """
    seen = queries.series(session, question.member_id, question.purpose, question.organisation)
    _check(seen, given, version)
    if given.state == UNSAFE and named_staff is None:
        named_staff = ()
    readers = row_readers(actor.viewer, named_staff, named_members)
    purpose = terms(PURPOSES)[question.purpose].name
    entry_id = families.record_entry(
        session,
        family_id=family_id,
        kind="consent",
        text=f"{purpose}, with {question.organisation or 'anyone who helps the family'}:"
        f" {STATES[given.state].lower()}.\n{given.words}".strip(),
        member_ids=[question.member_id],
        visibility=readers["visibility"],
        named_staff=named_staff or (),
        named_members=named_members,
    )
    row = _consent(actor, question, given, readers, at=(family_id, entry_id))
    session.add(row)
    session.flush()
    audit.record(session, "consent.record", str(row.uid), family_id=family_id)


def take_over_consent(
    session: Session,
    actor: Actor,
    *,
    at: tuple[int, int],
    questions: Collection[Question],
    given: Given,
    named_staff: Collection[int] | None = None,
) -> None:
    """Record what was answered before the family came to us, `at` its record and the entry there
    that says so.

    Whoever has been asked here already is left out.
    """
    readers = row_readers(actor.viewer, named_staff)
    for question in questions:
        if not queries.series(session, question.member_id, question.purpose, question.organisation):
            session.add(_consent(actor, question, given, readers, at=at))
    session.flush()


def record_decision(
    session: Session,
    actor: Actor,
    family: FamilyView,
    decision: Decision,
    *,
    named_staff: Collection[int] | None = None,
    named_members: Collection[int] = (),
) -> int:
    """Record what was shared, or was decided not to be. With `named_staff` it is protected.

    Returns the id of its entry.
    """
    if decision.happened_on > clock.today():
        raise Refusal("The date must be today or in the past", "happened_on")
    if decision.basis == BY_CONSENT:
        _refuse_without_consent(session, family, decision)
    readers = row_readers(actor.viewer, named_staff, named_members)
    done = "Shared with" if decision.shared else "Not shared with"
    entry_id = families.record_entry(
        session,
        family_id=family.id,
        kind="disclosure",
        text=f"{done} {decision.organisation}: {decision.what}\n{decision.reason}".strip(),
        happened_at=clock.now(),
        member_ids=decision.member_ids,
        visibility=readers["visibility"],
        named_staff=named_staff or (),
        named_members=named_members,
    )
    session.add(
        Disclosure(
            family_id=family.id,
            entry_id=entry_id,
            author=actor.viewer,
            purpose=decision.purpose,
            basis=decision.basis,
            shared=decision.shared,
            happened_on=decision.happened_on,
            organisation_kind=decision.organisation_kind,
            organisation=decision.organisation,
            person=decision.person,
            what=decision.what,
            reason=decision.reason,
            **readers,
        )
    )
    session.flush()
    audit.record(session, "disclosure.record", family.reference)
    return entry_id


def _check(seen: list[ConsentView], given: Given, version: int) -> None:
    if seen and not version:
        raise Refusal("There is an answer about this already. Change that one", "purpose")
    if version != len(seen):
        raise Stale(
            f"{seen[0].by} has recorded “{STATES[seen[0].answer.state]}” since you opened this"
            " page. Check it and send your answer again"
        )
    latest = seen[0].answer.state if seen else None
    if given.state not in next_states(latest):
        raise Refusal(
            "Consent that was given is withdrawn or given again"
            if latest == "given"
            else "Consent can be withdrawn only after it was given",
            "state",
        )
    if given.valid_until and given.valid_until < clock.today():
        raise Refusal("The date must be today or later", "valid_until")


def _refuse_without_consent(session: Session, family: FamilyView, decision: Decision) -> None:
    """In records that are read as one, what a person answered in any of them counts."""
    answers = queries.answers(session, family.ids)
    wanted = {*decision.member_ids, *(answer.member_id for answer in answers)}
    people = family_queries.members_by_id(session, wanted)
    for id_ in decision.member_ids:
        person = people[id_]
        theirs = [a for a in answers if people[a.member_id].person_id == person.person_id]
        if not consents(theirs, decision.purpose, decision.organisation, decision.happened_on):
            raise Refusal(
                f"There is no consent for {person.name} that covers this. Record it first, or"
                " choose another lawful basis",
                "basis",
            )


def _consent(
    actor: Actor,
    question: Question,
    given: Given,
    readers: dict[str, Any],
    *,
    at: tuple[int, int],
) -> Consent:
    family_id, entry_id = at
    return Consent(
        family_id=family_id,
        entry_id=entry_id,
        author=actor.viewer,
        member_id=question.member_id,
        purpose=question.purpose,
        organisation=question.organisation,
        state=given.state,
        basis=given.basis,
        way=given.way,
        words=given.words,
        decided_by_id=given.decided_by_id,
        decided_by=given.decided_by,
        valid_until=given.valid_until,
        **readers,
    )
