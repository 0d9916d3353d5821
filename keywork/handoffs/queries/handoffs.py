"""Reads of handoffs. The database shows each viewer only those they sent, answer or manage."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.policy import NewPerson, SafeContact
from keywork.handoffs.models import Handoff, HandoffPerson, HandoffStage
from keywork.handoffs.policy import WAITING
from keywork.handoffs.queries.people import PersonLine, domain_names, person_line, title_of
from keywork.kernel.errors import NotVisible

LONGEST_LIST = 200
_MILESTONES = text("SELECT first_visit, plan_started FROM handoff_milestones(:handoff_id)")


@dataclass(frozen=True)
class Step:
    """A stage that was reached: when, by whom, and what was said."""

    stage: str
    at: datetime
    by: str
    key_worker: str
    note: str


@dataclass(frozen=True)
class Milestone:
    """A line of the tracker; without a date it is still to come."""

    name: str
    at: datetime | None
    who: str = ""


@dataclass(frozen=True)
class HandoffLine:
    """A handoff in a list."""

    reference: str
    title: str
    """The children's names, or everyone's when there is no child."""

    people: int
    domains: list[str]
    sender: str
    sent_at: datetime
    stage: str
    stage_at: datetime
    key_worker: str
    note: str
    """Why it was returned, for those who may know."""


@dataclass(frozen=True)
class HandoffView:
    """One handoff: what was sent, and how far it has come."""

    id: int
    reference: str
    version: int
    stage: str
    hub_id: int
    hub_name: str
    author_id: int | None
    sender: str
    organisation: str
    sent_at: datetime
    persons: tuple[NewPerson, ...]
    domain_keys: tuple[str, ...]
    why: str
    tried: str
    note: str
    contact_details: str
    contact: SafeContact | None
    """None when nobody has said what is safe."""

    consent: str
    consent_reason: str
    key_worker_id: int | None
    key_worker: str
    family_id: int | None
    joined: bool
    steps: tuple[Step, ...]

    @property
    def title(self) -> str:
        """Whom it is about, in a few words."""
        return title_of(self.persons)

    @property
    def lines(self) -> list[PersonLine]:
        """The people in it."""
        return [person_line(person) for person in self.persons]

    @property
    def domains(self) -> list[str]:
        """The reasons, by name."""
        return domain_names(self.domain_keys)

    def latest(self, *stages: str) -> Step | None:
        """The last time it reached one of these stages."""
        return next((step for step in reversed(self.steps) if step.stage in stages), None)


def handoff(session: Session, reference: str) -> HandoffView:
    """One handoff. Raises NotVisible unless the session's viewer sent, answers or manages it."""
    row = session.scalar(select(Handoff).where(Handoff.reference == reference))
    if row is None:
        raise NotVisible
    people = session.scalars(
        select(HandoffPerson).where(HandoffPerson.handoff_id == row.id).order_by(HandoffPerson.id)
    )
    stages = session.scalars(
        select(HandoffStage).where(HandoffStage.handoff_id == row.id).order_by(HandoffStage.id)
    ).all()
    names = _staff_names(session, [row], stages)
    hub = next(hub for hub in accounts.hubs(session) if hub.id == row.hub_id)
    return HandoffView(
        id=row.id,
        reference=row.reference,
        version=row.version,
        stage=row.stage,
        hub_id=row.hub_id,
        hub_name=hub.name,
        author_id=row.author_id,
        sender=_sender(row, names),
        organisation=row.source_organisation,
        sent_at=row.sent_at,
        persons=tuple(_person(person) for person in people),
        domain_keys=tuple(row.domains),
        why=row.why,
        tried=row.tried,
        note=row.note,
        contact_details=row.contact_details,
        contact=safe_contact(row),
        consent=row.consent,
        consent_reason=row.consent_reason,
        key_worker_id=row.key_worker_id,
        key_worker=names.get(f"staff:{row.key_worker_id}", ""),
        family_id=row.family_id,
        joined=row.joined,
        steps=tuple(_step(stage, names) for stage in stages),
    )


def tracker(session: Session, view: HandoffView) -> list[Milestone]:
    """What a health visitor may know of what became of her handoff.

    Dates only for what happened in the family, and the key worker's name once he has accepted.
    """
    seen = session.execute(_MILESTONES, {"handoff_id": view.id}).one()
    allocated = None if view.stage in WAITING else view.latest("allocated")
    accepted, handed_over = view.latest("accepted"), view.latest("handed_over")
    return [
        Milestone("Sent", view.sent_at),
        Milestone("Allocated to a key worker", allocated.at if allocated else None),
        Milestone("Accepted", accepted.at if accepted else None, accepted.by if accepted else ""),
        Milestone("First visit", seen.first_visit),
        Milestone("Plan started", seen.plan_started),
        Milestone("Handed over", handed_over.at if handed_over else None),
    ]


def sent_by(session: Session, staff_id: int) -> list[HandoffLine]:
    """What this person handed off, newest first."""
    return _lines(session, Handoff.author_id == staff_id)


def for_key_worker(session: Session, staff_id: int, *stages: str) -> list[HandoffLine]:
    """The handoffs allocated to this key worker that are at one of these stages."""
    return _lines(session, (Handoff.key_worker_id == staff_id) & Handoff.stage.in_(stages))


def waiting(session: Session, hub_ids: Collection[int]) -> list[HandoffLine]:
    """What these hubs have to allocate, oldest first."""
    return _lines(session, Handoff.hub_id.in_(hub_ids) & Handoff.stage.in_(WAITING))[::-1]


def unanswered(session: Session, hub_ids: Collection[int]) -> list[HandoffLine]:
    """What key workers of these hubs have yet to answer, oldest first."""
    return _lines(session, Handoff.hub_id.in_(hub_ids) & (Handoff.stage == "allocated"))[::-1]


def going_on(session: Session, family_ids: Collection[int]) -> list[HandoffLine]:
    """The handoffs of a family that are not handed over yet, newest first."""
    return _lines(session, Handoff.family_id.in_(family_ids) & (Handoff.stage != "handed_over"))


def received(session: Session, *, bundle_id: str | None, message_id: str | None) -> str | None:
    """The reference of the handoff that this message already became."""
    return session.scalar(
        select(Handoff.reference).where(
            (Handoff.bundle_id == bundle_id) | (Handoff.message_id == message_id)
        )
    )


def safe_contact(row: Handoff) -> SafeContact | None:
    """What its author said of safe ways to make contact, or None."""
    if row.may_call is None:
        return None
    return SafeContact(
        may_call=row.may_call,
        may_text=bool(row.may_text),
        may_leave_message=bool(row.may_leave_message),
        may_write=bool(row.may_write),
        advice=row.advice,
    )


def _lines(session: Session, which: ColumnElement[bool]) -> list[HandoffLine]:
    """Newest first; four statements however many."""
    order = (Handoff.sent_at.desc(), Handoff.id.desc())
    rows = session.scalars(select(Handoff).where(which).order_by(*order).limit(LONGEST_LIST)).all()
    ids = [row.id for row in rows]
    people: dict[int, list[NewPerson]] = defaultdict(list)
    for person in session.scalars(
        select(HandoffPerson).where(HandoffPerson.handoff_id.in_(ids)).order_by(HandoffPerson.id)
    ):
        people[person.handoff_id].append(_person(person))
    stages = session.scalars(
        select(HandoffStage).where(HandoffStage.handoff_id.in_(ids)).order_by(HandoffStage.id)
    ).all()
    latest = {(stage.handoff_id, stage.stage): stage for stage in stages}
    names = _staff_names(session, rows, ())
    return [_line(row, people[row.id], latest.get((row.id, row.stage)), names) for row in rows]


def _line(
    row: Handoff, people: list[NewPerson], reached: HandoffStage | None, names: dict[str, str]
) -> HandoffLine:
    return HandoffLine(
        reference=row.reference,
        title=title_of(people),
        people=len(people),
        domains=domain_names(row.domains),
        sender=_sender(row, names),
        sent_at=row.sent_at,
        stage=row.stage,
        stage_at=reached.recorded_at if reached else row.sent_at,
        key_worker=names.get(f"staff:{row.key_worker_id}", ""),
        note=reached.note if reached else "",
    )


def _staff_names(
    session: Session, rows: Sequence[Handoff], stages: Iterable[HandoffStage]
) -> dict[str, str]:
    """The names of everyone who had a part in these, by viewer."""
    ids = {row.author_id for row in rows} | {row.key_worker_id for row in rows}
    for stage in stages:
        ids.add(stage.key_worker_id)
        if stage.recorded_by.startswith("staff:"):
            ids.add(int(stage.recorded_by.removeprefix("staff:")))
    found = accounts.staff_by_id(session, [id_ for id_ in ids if id_ is not None])
    return {f"staff:{staff.id}": staff.name for staff in found.values()}


def _step(row: HandoffStage, names: dict[str, str]) -> Step:
    return Step(
        stage=row.stage,
        at=row.recorded_at,
        by=names.get(row.recorded_by, ""),
        key_worker=names.get(f"staff:{row.key_worker_id}", ""),
        note=row.note,
    )


def _sender(row: Handoff, names: dict[str, str]) -> str:
    return names.get(f"staff:{row.author_id}") or row.source_name or row.source_organisation


def _person(row: HandoffPerson) -> NewPerson:
    return NewPerson(
        given_name=row.given_name,
        family_name=row.family_name,
        date_of_birth=row.date_of_birth,
        nhs_number=row.nhs_number,
        role=row.role,
    )
