"""Looking for something in a chronology."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from keywork.families.models import Entry, EntrySubject, Member, Person, SignificantEntry
from keywork.families.policy import full_name
from keywork.families.queries.records import in_record
from keywork.kernel.clock import LONDON


@dataclass(frozen=True)
class Sought:
    """What an entry must be to be shown; what is empty does not matter."""

    member: UUID | None = None
    """One of the places that the person it is about has, or had, in the record."""

    kind: str = ""
    source: str = ""
    domain: str = ""
    significant: bool = False
    words: str = ""
    """As people type into a search box: all of these, "in this order", or not -this."""

    since: date | None = None
    until: date | None = None
    """The first and the last day on which it happened."""


ANYTHING: Final = Sought()


def conditions(family_ids: Sequence[int], sought: Sought) -> list[ColumnElement[bool]]:
    """What is sought, as conditions on Entry. They leave the order to the chronology's index."""
    found: list[ColumnElement[bool]] = []
    if sought.member:
        found.append(
            exists().where(
                EntrySubject.entry_id == Entry.id,
                EntrySubject.member_id.in_(_places(family_ids, sought.member)),
            )
        )
    if sought.since:
        found.append(Entry.happened_at >= _midnight(sought.since))
    if sought.until:
        found.append(Entry.happened_at < _midnight(sought.until + timedelta(days=1)))
    if sought.kind:
        found.append(Entry.kind == sought.kind)
    if sought.source:
        found.append(Entry.source == sought.source)
    if sought.domain:
        found.append(Entry.domains.contains([sought.domain]))
    if sought.significant:
        found.append(exists().where(SignificantEntry.entry_id == Entry.id))
    if sought.words:
        query = func.websearch_to_tsquery("english", sought.words)
        voice = exists().where(
            EntrySubject.entry_id == Entry.id,
            EntrySubject.voice != "",
            func.to_tsvector("english", EntrySubject.voice).bool_op("@@")(query),
        )
        found.append(Entry.words.bool_op("@@")(query) | voice)
    return found


def people_of(session: Session, family_ids: Sequence[int]) -> dict[UUID, str]:
    """Everybody who is or was in the record, each person once: a place of theirs, and the name."""
    rows = session.execute(
        select(Member.uid, Person.given_name, Person.family_name, Person.known_as)
        .join(Person, Person.id == Member.person_id)
        .where(in_record(Member.family_id, family_ids))
        .ext(distinct_on(Member.person_id))
        .order_by(Member.person_id, Member.id)
    )
    return {uid: full_name(*names) for uid, *names in rows}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)


def _places(family_ids: Sequence[int], member: UUID) -> Select[int]:
    named = aliased(Member)
    return (
        select(Member.id)
        .join(named, named.person_id == Member.person_id)
        .where(
            named.uid == member,
            in_record(Member.family_id, family_ids),
            named.family_id.in_(family_ids),
        )
    )
