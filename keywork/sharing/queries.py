"""Reads of consent and sharing. The database leaves out what the viewer may not see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from keywork.families import queries as families
from keywork.families.policy import members_of, staff_of
from keywork.families.queries import EntryFacts, FamilyView, in_record
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible
from keywork.sharing.models import Consent, Disclosure
from keywork.sharing.policy import STATES, TONES, Answer
from keywork.sharing.reference import BASES, ORGANISATION_KINDS, PURPOSES, WAYS, terms


@dataclass(frozen=True)
class ConsentView:
    """One answer."""

    uid: UUID
    answer: Answer
    family_id: int
    basis: str
    way: str
    words: str
    decided_by: str
    """Who decided, if it was not the member."""

    recorded_at: datetime
    protected: bool
    named_staff: list[int]
    """Who may read it, besides the hub manager, when it is protected."""

    named_members: list[int]
    """Who in the family may be given a copy of it, when it is protected."""

    by: str

    @property
    def purpose(self) -> str:
        """What for, in words."""
        return terms(PURPOSES)[self.answer.purpose].name

    @property
    def organisation(self) -> str:
        """With whom, in words."""
        return self.answer.organisation or "Anyone who helps the family"

    @property
    def expired(self) -> bool:
        """Whether it was given for a time that is over."""
        until = self.answer.valid_until
        return until is not None and until < clock.today()

    @property
    def state(self) -> str:
        """In words."""
        return "Ran out" if self.expired else STATES[self.answer.state]

    @property
    def tone(self) -> str:
        """Of its tag."""
        return "waiting" if self.expired else TONES.get(self.answer.state, "quiet")


@dataclass(frozen=True)
class MemberConsents:
    """Everything a person has been asked about; `member` is None for somebody who has left."""

    name: str
    member_uid: UUID | None
    now: list[ConsentView]
    """The latest answer about each purpose and organisation."""

    history: list[ConsentView]
    """Every answer, newest first."""


@dataclass(frozen=True)
class DisclosureView:
    """Something shared, or decided not to be."""

    uid: UUID
    shared: bool
    happened_on: date
    purpose: str
    organisation: str
    organisation_kind: str
    person: str
    what: str
    reason: str
    basis: str
    protected: bool
    entry: EntryFacts


@dataclass(frozen=True)
class DisclosurePage:
    """Some decisions, newest first, and where older ones begin."""

    decisions: list[DisclosureView]
    older: UUID | None
    """The decision that the next page comes after; None when there is no more to see."""


def consents(session: Session, family: FamilyView) -> list[MemberConsents]:
    """What each member has been asked; then those who are in the family no longer.

    In records that are read as one a person may be a member of each: their answers are together.
    """
    rows = _rows(session, family.ids)
    named = families.members_by_id(session, {row.member_id for row in rows})
    views: dict[int, list[ConsentView]] = {}
    for view in _consent_views(session, rows):
        views.setdefault(named[view.answer.member_id].person_id, []).append(view)
    present = {member.person_id: (member.name, member.uid) for member in family.members}
    former = {m.person_id: (m.name, None) for m in named.values() if m.person_id in views}
    return [
        MemberConsents(name, uid, _latest(views.get(person, [])), views.get(person, []))
        for person, (name, uid) in (present | (former | present)).items()
    ]


def series(session: Session, member_id: int, purpose: str, organisation: str) -> list[ConsentView]:
    """What a member has answered about one purpose and organisation, newest first."""
    rows = session.scalars(
        select(Consent)
        .where(
            Consent.member_id == member_id,
            Consent.purpose == purpose,
            func.lower(Consent.organisation) == func.lower(organisation),
        )
        .order_by(Consent.id.desc())
    ).all()
    return _consent_views(session, rows)


def series_of(session: Session, family_ids: Sequence[int], uid: UUID) -> list[ConsentView]:
    """The series that an answer of this family belongs to, newest first.

    Raises NotVisible when the viewer may not see that answer.
    """
    row = session.scalar(
        select(Consent).where(Consent.uid == uid, in_record(Consent.family_id, family_ids))
    )
    if row is None:
        raise NotVisible
    return series(session, row.member_id, row.purpose, row.organisation)


def answers(session: Session, family_ids: Sequence[int]) -> list[Answer]:
    """Every answer of each member, oldest first."""
    return [_answer(row) for row in reversed(_rows(session, family_ids))]


def disclosures(
    session: Session, family_ids: Sequence[int], before: UUID | None = None, limit: int = 20
) -> DisclosurePage:
    """What was shared or was not, newest first: `limit` decisions that came before one."""
    statement = (
        select(Disclosure)
        .where(in_record(Disclosure.family_id, family_ids))
        .order_by(Disclosure.happened_on.desc(), Disclosure.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        place = select(Disclosure.happened_on, Disclosure.id).where(
            Disclosure.uid == before, in_record(Disclosure.family_id, family_ids)
        )
        statement = statement.where(
            tuple_(Disclosure.happened_on, Disclosure.id) < place.scalar_subquery()
        )
    rows = session.scalars(statement).all()
    entries = families.entry_facts(session, [row.entry_id for row in rows[:limit]])
    views = [_disclosure_view(row, entries[row.entry_id]) for row in rows[:limit]]
    return DisclosurePage(views, views[-1].uid if len(rows) > limit else None)


def _rows(session: Session, family_ids: Sequence[int]) -> Sequence[Consent]:
    statement = select(Consent).where(in_record(Consent.family_id, family_ids))
    return session.scalars(statement.order_by(Consent.id.desc())).all()


def _latest(views: Sequence[ConsentView]) -> list[ConsentView]:
    """The newest of each series, by purpose and organisation."""
    found = {(v.purpose, v.answer.organisation.casefold()): v for v in reversed(views)}
    return [found[key] for key in sorted(found)]


def _answer(row: Consent) -> Answer:
    return Answer(row.member_id, row.purpose, row.organisation, row.state, row.valid_until)


def _consent_views(session: Session, rows: Sequence[Consent]) -> list[ConsentView]:
    deciders = families.member_names(session, {r.decided_by_id for r in rows if r.decided_by_id})
    entries = families.entry_facts(session, {row.entry_id for row in rows})
    return [
        ConsentView(
            uid=row.uid,
            answer=_answer(row),
            family_id=row.family_id,
            basis=terms(BASES)[row.basis].name if row.basis else "",
            way=terms(WAYS)[row.way].name if row.way else "",
            words=row.words,
            decided_by=deciders.get(row.decided_by_id or 0, row.decided_by),
            recorded_at=row.recorded_at,
            protected=row.visibility == "protected",
            named_staff=staff_of(row.readers),
            named_members=members_of(row.readers),
            by=entries[row.entry_id].author_name,
        )
        for row in rows
    ]


def _disclosure_view(row: Disclosure, entry: EntryFacts) -> DisclosureView:
    return DisclosureView(
        uid=row.uid,
        shared=row.shared,
        happened_on=row.happened_on,
        purpose=terms(PURPOSES)[row.purpose].name,
        organisation=row.organisation,
        organisation_kind=terms(ORGANISATION_KINDS)[row.organisation_kind].name,
        person=row.person,
        what=row.what,
        reason=row.reason,
        basis=terms(BASES)[row.basis].name if row.basis else "",
        protected=row.visibility == "protected",
        entry=entry,
    )
