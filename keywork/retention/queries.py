"""Reads of what is kept and held: references and dates, never anything that is in a record."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families.kinds import kinds
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible
from keywork.retention.models import Erasure, LegalHold, RetentionReview
from keywork.retention.policy import MemberFacts, RecordFacts
from keywork.retention.reference import names

STANDING = ("open", "proposed")
LONGEST_LIST = 200

_FACTS = text("SELECT * FROM retention_facts(:closed_by, CAST(:wanted AS bigint), :contact)")
_HANDOFFS = text("SELECT * FROM unallocated_handoffs(:sent_by)")


@dataclass(frozen=True)
class Closed:
    """A record as the policy sees it."""

    family_id: int
    reference: str
    facts: RecordFacts


@dataclass(frozen=True)
class Unallocated:
    """A handoff that nobody allocated."""

    handoff_id: int
    reference: str
    sent_on: date
    record_class: str
    put_off_until: date | None


@dataclass(frozen=True)
class ReviewView:
    """A record in the queue."""

    uid: UUID
    family_id: int | None
    handoff_id: int | None
    reference: str
    ended_on: date
    due_on: date
    class_name: str
    because: str
    state: str
    version: int
    proposed_by: int | None
    proposer: str
    held: bool
    """Whether the record or somebody in it is held."""

    @property
    def decided(self) -> bool:
        """Whether there is nothing left to decide."""
        return self.state not in STANDING

    @property
    def is_record(self) -> bool:
        """Whether it is a record, not a handoff."""
        return self.family_id is not None

    def may_be_confirmed_by(self, actor: Actor) -> bool:
        """Whether somebody else has proposed what the actor may confirm."""
        return self.state == "proposed" and self.proposed_by != actor.staff_id


@dataclass(frozen=True)
class HoldView:
    """A hold."""

    uid: UUID
    subject: str
    reason: str
    reference: str
    placed_by: str
    placed_at: datetime
    look_again_on: date
    version: int
    lifted_by: str
    lifted_at: datetime | None
    lift_reason: str

    @property
    def overdue(self) -> bool:
        """Whether it is time to look at it again."""
        return self.lifted_at is None and self.look_again_on <= clock.today()


@dataclass(frozen=True)
class ErasureView:
    """A certificate."""

    uid: UUID
    reference: str
    with_references: list[str]
    erased_at: datetime
    class_name: str
    because: str
    proposer: str
    confirmer: str
    rows: int
    counts: dict[str, int]
    list_sha256: str


def closed_records(session: Session, closed_by: date) -> list[Closed]:
    """Every record that was closed by a day, as the policy sees it: one statement.

    The session must read as `task:retention`.
    """
    return _closed(session, closed_by, None)


def held_record(session: Session, family_id: int) -> Closed | None:
    """One record as the policy sees it, locked with its people until the transaction ends."""
    found = _closed(session, clock.today(), family_id)
    return found[0] if found else None


def unallocated_handoffs(session: Session, sent_by: date) -> list[Unallocated]:
    """Every handoff sent by a day and never allocated. Reads as `task:retention`."""
    return [Unallocated(*row) for row in session.execute(_HANDOFFS, {"sent_by": sent_by})]


def queue(session: Session) -> list[ReviewView]:
    """What waits for a decision, the longest due first."""
    return _reviews(session, RetentionReview.state.in_(STANDING))


def queue_length(session: Session) -> int:
    """How many records wait for a decision."""
    wanted = select(func.count()).where(RetentionReview.state.in_(STANDING))
    return session.scalar(wanted.select_from(RetentionReview)) or 0


def review(session: Session, uid: UUID) -> ReviewView:
    """One that waits for a decision, or did. Raises NotVisible when there is none."""
    found = _reviews(session, RetentionReview.uid == uid)
    if not found:
        raise NotVisible
    return found[0]


def holds(session: Session, *, lifted: bool = False) -> list[HoldView]:
    """The holds that stand, or those that were lifted, the latest first."""
    at = LegalHold.lifted_at.is_not(None) if lifted else LegalHold.lifted_at.is_(None)
    return _holds(session, at)


def hold(session: Session, uid: UUID) -> HoldView:
    """A hold that stands, or did. Raises NotVisible when there is none."""
    found = _holds(session, LegalHold.uid == uid)
    if not found:
        raise NotVisible
    return found[0]


def erasures(session: Session) -> list[ErasureView]:
    """What was erased, the latest first."""
    rows = session.scalars(select(Erasure).order_by(Erasure.id.desc()).limit(LONGEST_LIST)).all()
    people = {row.proposed_by for row in rows} | {row.confirmed_by for row in rows}
    staff, classes = accounts.staff_by_id(session, people), names()
    return [
        ErasureView(
            uid=row.uid,
            reference=row.reference,
            with_references=row.with_references,
            erased_at=row.erased_at,
            class_name=classes.get(row.record_class, row.record_class),
            because=row.because,
            proposer=staff[row.proposed_by].name,
            confirmer=staff[row.confirmed_by].name,
            rows=sum(row.counts.values()),
            counts=dict(sorted(row.counts.items())),
            list_sha256=row.list_sha256.hex(),
        )
        for row in rows
    ]


def _closed(session: Session, closed_by: date, wanted: int | None) -> list[Closed]:
    contact = [key for key, kind in kinds().items() if kind.contact]
    about = {"closed_by": closed_by, "wanted": wanted, "contact": contact}
    rows = session.execute(_FACTS, about)
    return [
        Closed(
            row.family_id,
            row.reference,
            RecordFacts(
                closed_on=row.closed_on,
                members=tuple(_member(facts) for facts in row.members),
                last_contact=row.last_contact,
                last_spent=row.last_spent,
                taken_up=row.taken_up,
                held=row.held,
                put_off_until=row.put_off_until,
            ),
        )
        for row in rows
    ]


def _member(facts: dict[str, Any]) -> MemberFacts:
    def day(name: str) -> date | None:
        return date.fromisoformat(facts[name]) if facts[name] else None

    return MemberFacts(
        role=facts["role"],
        since=date.fromisoformat(facts["since"]),
        until=day("until"),
        birth=facts["birth"],
        born=day("born"),
        died=day("died"),
    )


def _reviews(session: Session, wanted: ColumnElement[bool]) -> list[ReviewView]:
    held = func.is_held(func.records_of(RetentionReview.family_id))
    rows = session.execute(
        select(RetentionReview, held)
        .where(wanted)
        .order_by(RetentionReview.due_on, RetentionReview.id)
        .limit(LONGEST_LIST)
    ).all()
    staff = accounts.staff_by_id(session, {row.proposed_by for row, _ in rows if row.proposed_by})
    classes = names()
    return [
        ReviewView(
            uid=row.uid,
            family_id=row.family_id,
            handoff_id=row.handoff_id,
            reference=row.reference,
            ended_on=row.ended_on,
            due_on=row.due_on,
            class_name=classes.get(row.record_class, row.record_class),
            because=row.because,
            state=row.state,
            version=row.version,
            proposed_by=row.proposed_by,
            proposer=staff[row.proposed_by].name if row.proposed_by else "",
            held=held,
        )
        for row, held in rows
    ]


def _holds(session: Session, wanted: ColumnElement[bool]) -> list[HoldView]:
    rows = session.scalars(
        select(LegalHold).where(wanted).order_by(LegalHold.id.desc()).limit(LONGEST_LIST)
    ).all()
    people = {row.placed_by for row in rows} | {row.lifted_by for row in rows if row.lifted_by}
    staff = accounts.staff_by_id(session, people)
    return [
        HoldView(
            uid=row.uid,
            subject=row.subject,
            reason=row.reason,
            reference=row.reference,
            placed_by=staff[row.placed_by].name,
            placed_at=row.placed_at,
            look_again_on=row.look_again_on,
            version=row.version,
            lifted_by=staff[row.lifted_by].name if row.lifted_by else "",
            lifted_at=row.lifted_at,
            lift_reason=row.lift_reason,
        )
        for row in rows
    ]
