"""Reads of the chronology. The database leaves out what the session's viewer may not see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, aliased

from keywork.accounts import queries as accounts
from keywork.families.kinds import kind_name
from keywork.families.models import Entry, EntrySubject, Member, Person, SignificantEntry
from keywork.families.policy import full_name, members_of, staff_of
from keywork.families.queries.records import in_record, member_names
from keywork.families.queries.seeking import ANYTHING, Sought, conditions
from keywork.kernel.errors import NotVisible


@dataclass(frozen=True)
class SubjectView:
    """A member whom an entry concerns."""

    member_id: int
    name: str
    seen: bool
    seen_alone: bool
    voice: str
    """What a child said or showed."""


@dataclass(frozen=True)
class EntryView:
    """One entry, for reading."""

    uid: UUID
    kind: str
    happened_at: datetime
    recorded_at: datetime
    minutes: int | None
    author: str
    author_name: str
    source: str
    source_name: str
    text: str
    protected: bool
    reader_names: list[str]
    """Who may read it besides the hub manager, when it is protected."""

    given_to: list[str]
    """Who in the family may be given a copy of it, when it is protected."""

    subjects: list[SubjectView]
    corrects: UUID | None
    correction_reason: str | None
    corrected_by: UUID | None
    domains: list[str]
    """The keys of the need domains it was about."""

    next_on: date | None
    significant: bool
    """Whether it is marked as one that whoever comes new should not miss."""

    @property
    def title(self) -> str:
        """Its kind in words."""
        return kind_name(self.kind)

    @property
    def first_line(self) -> str:
        """What to show of the text in a list."""
        return self.text.partition("\n")[0]


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and where older ones begin."""

    entries: list[EntryView]
    older: UUID | None
    """The entry that the next page comes after; None when there is no more to see."""


def chronology(
    session: Session,
    family_ids: Sequence[int],
    before: UUID | None = None,
    limit: int = 20,
    sought: Sought = ANYTHING,
) -> Page:
    """What happened to the family, newest first: `limit` entries that happened before one."""
    statement = _statement(family_ids).where(*conditions(family_ids, sought))
    if before is not None:
        place = select(Entry.happened_at, Entry.id).where(
            Entry.uid == before, in_record(Entry.family_id, family_ids)
        )
        statement = statement.where(tuple_(Entry.happened_at, Entry.id) < place.scalar_subquery())
    rows = session.execute(statement.limit(limit + 1)).all()
    entries = _views(session, rows[:limit])
    return Page(entries, entries[-1].uid if len(rows) > limit else None)


def latest_entries(session: Session, family_ids: Sequence[int], limit: int = 5) -> list[EntryView]:
    """The newest entries as they stand: one that was corrected is left out."""
    rows = session.execute(_statement(family_ids).where(_CORRECTED_BY.is_(None)).limit(limit))
    return _views(session, rows.all())


def entry(session: Session, family_ids: Sequence[int], uid: UUID) -> EntryView:
    """One entry of this family. Raises NotVisible when the viewer may not see it."""
    rows = session.execute(_statement(family_ids).where(Entry.uid == uid)).all()
    if not rows:
        raise NotVisible
    return _views(session, rows)[0]


# Looked up for each entry of a page by themselves: joined, a planner that does not know the table
# well reads the whole of it for twenty entries.
_Correction = aliased(Entry)
_Original = aliased(Entry)
_CORRECTED_BY = (
    select(_Correction.uid).where(_Correction.supersedes_id == Entry.id).scalar_subquery()
)
_CORRECTS = select(_Original.uid).where(_Original.id == Entry.supersedes_id).scalar_subquery()
_MARKED_BY = (
    select(SignificantEntry.author).where(SignificantEntry.entry_id == Entry.id).scalar_subquery()
)


def _statement(family_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Entry, _CORRECTED_BY, _CORRECTS, _MARKED_BY)
        .where(in_record(Entry.family_id, family_ids))
        .order_by(Entry.happened_at.desc(), Entry.id.desc())
    )


def _views(session: Session, rows: Sequence[Any]) -> list[EntryView]:
    entries = [row[0] for row in rows]
    subjects = _subjects(session, [entry.id for entry in entries])
    staff_ids = {id_ for entry in entries for id_ in staff_of([entry.author, *entry.readers])}
    staff = {id_: found.name for id_, found in accounts.staff_by_id(session, staff_ids).items()}
    named = {id_ for entry in entries for id_ in members_of(entry.readers)}
    members = member_names(session, named) if named else {}
    return [
        EntryView(
            uid=entry.uid,
            kind=entry.kind,
            happened_at=entry.happened_at,
            recorded_at=entry.recorded_at,
            minutes=entry.minutes,
            author=entry.author,
            author_name=next((staff[id_] for id_ in staff_of([entry.author])), "keywork"),
            source=entry.source,
            source_name=entry.source_name,
            text=entry.text,
            protected=entry.visibility == "protected",
            reader_names=sorted(staff[id_] for id_ in staff_of(entry.readers) if id_ in staff),
            given_to=[members[id_] for id_ in members_of(entry.readers) if id_ in members],
            subjects=subjects.get(entry.id, []),
            corrects=original,
            correction_reason=entry.correction_reason,
            corrected_by=correction,
            domains=entry.domains,
            next_on=entry.next_on,
            significant=marked_by is not None,
        )
        for entry, correction, original, marked_by in rows
    ]


def _subjects(session: Session, entry_ids: Sequence[int]) -> dict[int, list[SubjectView]]:
    rows = session.execute(
        select(EntrySubject, Person.given_name, Person.family_name, Person.known_as)
        .join(Member, Member.id == EntrySubject.member_id)
        .join(Person, Person.id == Member.person_id)
        .where(EntrySubject.entry_id.in_(entry_ids))
        .order_by(Member.id)
    )
    found: dict[int, list[SubjectView]] = {}
    for subject, *names in rows:
        view = SubjectView(
            member_id=subject.member_id,
            name=full_name(*names),
            seen=subject.seen,
            seen_alone=subject.seen_alone,
            voice=subject.voice,
        )
        found.setdefault(subject.entry_id, []).append(view)
    return found
