"""What happened: entries, visits and corrections."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.kinds import kinds
from keywork.families.models import Entry, EntrySubject, SignificantEntry
from keywork.families.policy import may_correct, row_readers
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.kernel.viewer import current_viewer

explain_constraint("entry_supersedes_id_key", "Someone has corrected this entry already")
explain_constraint("readers_of_the_family", "Choose people who are in this family", "named_members")
explain_constraint("entry_subject_member_id_family_id_fkey", "Choose people who are in this family")

A_YEAR: Final = timedelta(days=366)


@dataclass(frozen=True)
class VisitNotes:
    """What is written up of a visit, call, message, meeting or note, for all whom it concerned."""

    happened_at: datetime
    minutes: int | None
    about: Collection[int]
    """The members it concerned; those seen, and those seen alone, are among them."""

    seen: Collection[int] = ()
    seen_alone: Collection[int] = ()
    text: str = ""
    """What the whole team may read."""

    protected_text: str = ""
    named_staff: Collection[int] = ()
    """Who may read what is protected, besides the author and the hub manager."""

    named_members: Collection[int] = ()
    """Who in the family may be given a copy of what is protected."""

    kind: str = "visit"
    source: str = "own_observation"
    source_name: str = ""
    voices: Mapping[int, str] = field(default_factory=dict)
    """What each child said or showed, by member id."""

    next_on: date | None = None


@dataclass(frozen=True)
class Written:
    """The entries that a visit became: what the team reads of it, and what is protected."""

    team: int | None
    protected: int | None


def record_entry(
    session: Session,
    *,
    family_id: int,
    kind: str,
    text: str,
    happened_at: datetime | None = None,
    member_ids: Collection[int] = (),
    visibility: str = "team",
    named_staff: Collection[int] = (),
    named_members: Collection[int] = (),
    source: str = "own_observation",
    source_name: str = "",
    minutes: int | None = None,
    seen: Collection[int] = (),
    seen_alone: Collection[int] = (),
    voices: Mapping[int, str] | None = None,
    domains: Collection[str] = (),
    next_on: date | None = None,
) -> int:
    """Add to the chronology on behalf of the session's viewer; returns the entry's id.

    A `protected` entry may be read by its author, the `named_staff` and the hub manager alone, and
    be in a copy for the `named_members` alone. `domains` must be known to all of them.
    """
    author = current_viewer(session)
    entry = Entry(
        family_id=family_id,
        kind=kind,
        text=text,
        happened_at=happened_at or clock.now(),
        author=author,
        source=source,
        source_name=source_name,
        minutes=minutes,
        domains=sorted(set(domains)),
        next_on=next_on,
        **row_readers(author, named_staff if visibility == "protected" else None, named_members),
    )
    said = {id_: voice for id_, voice in (voices or {}).items() if voice}
    seen_ids = {*seen, *seen_alone}
    subjects = [
        EntrySubject(
            member_id=id_,
            seen=id_ in seen_ids,
            seen_alone=id_ in seen_alone,
            voice=said.get(id_, ""),
        )
        for id_ in sorted({*member_ids, *seen_ids, *said})
    ]
    return _add(session, entry, subjects)


def record_visit(
    session: Session,
    family: queries.FamilyView,
    notes: VisitNotes,
    *,
    domains: Collection[str] = (),
    protected_domains: Collection[str] = (),
) -> Written:
    """Write a visit up: as one entry for all whom it concerned, and one for what is protected.

    With nothing but protected text, that it took place is protected too. What there is only once,
    such as its length and what a child said, belongs to the entry that most may read. The domains
    of each entry must be known to whoever may read it.
    """
    if notes.happened_at > clock.now():
        raise Refusal("The date and time must be in the past", "at")
    today = clock.today()
    if notes.next_on and not today <= notes.next_on <= today + A_YEAR:
        raise Refusal("The next date must be today or later, and within a year", "next_on")
    team = _record_part(session, family, notes, "team", domains)
    protected = _record_part(
        session, family, notes, "protected", protected_domains, alone=team is None
    )
    audit.record(session, "visit.record", family.reference)
    return Written(team, protected)


def mark_significant(session: Session, family: queries.FamilyView, uid: UUID) -> None:
    """Mark an entry as one that whoever comes new should not miss; marked twice is marked."""
    entry = _entry(session, family, uid)
    mark = {"entry_id": entry.id, "family_id": entry.family_id, "author": current_viewer(session)}
    session.execute(insert(SignificantEntry).values(mark).on_conflict_do_nothing())
    audit.record(session, "entry.mark_significant", str(uid), family_id=entry.family_id)


def unmark_significant(session: Session, family: queries.FamilyView, uid: UUID) -> None:
    """Take the mark off an entry."""
    entry = _entry(session, family, uid)
    session.execute(delete(SignificantEntry).where(SignificantEntry.entry_id == entry.id))
    audit.record(session, "entry.unmark_significant", str(uid), family_id=entry.family_id)


def correct_entry(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    uid: UUID,
    *,
    text: str,
    reason: str,
) -> None:
    """Supersede an entry with the right words. The old ones stay, and say that they were wrong."""
    old = _entry(session, family, uid)
    if not may_correct(actor, author=old.author, kind=old.kind, hub_id=family.hub_id):
        raise Refusal("Only the author of an entry or the hub manager may correct it")
    view = queries.entry(session, family.ids, uid)
    if view.corrected_by:
        by = queries.entry(session, family.ids, view.corrected_by)
        raise Stale(f"{by.author_name} has corrected this entry since. Correct that one instead")
    if text == old.text:
        raise Refusal("Change what the entry says", "text")
    correction = Entry(
        family_id=old.family_id,
        kind=old.kind,
        text=text,
        happened_at=old.happened_at,
        author=actor.viewer,
        visibility=old.visibility,
        readers=sorted({*old.readers, actor.viewer}),
        source=old.source,
        source_name=old.source_name,
        minutes=old.minutes,
        domains=old.domains,
        next_on=old.next_on,
        supersedes_id=old.id,
        correction_reason=reason,
    )
    subjects = [
        EntrySubject(member_id=s.member_id, seen=s.seen, seen_alone=s.seen_alone, voice=s.voice)
        for s in view.subjects
    ]
    entry_id = _add(session, correction, subjects)
    if view.significant:
        session.add(
            SignificantEntry(entry_id=entry_id, family_id=old.family_id, author=actor.viewer)
        )
        session.flush()
    audit.record(session, "entry.correct", str(uid), family_id=old.family_id)


def _record_part(
    session: Session,
    family: queries.FamilyView,
    notes: VisitNotes,
    visibility: str,
    domains: Collection[str],
    *,
    alone: bool = True,
) -> int | None:
    """One of the two entries of a visit, if anything was written for it."""
    text = notes.text if visibility == "team" else notes.protected_text
    if not text:
        return None
    at_sight = kinds()[notes.kind].seen
    return record_entry(
        session,
        family_id=family.id,
        kind=notes.kind,
        text=text,
        happened_at=notes.happened_at,
        member_ids=notes.about,
        visibility=visibility,
        named_staff=notes.named_staff,
        named_members=notes.named_members,
        source=notes.source,
        source_name=notes.source_name,
        minutes=notes.minutes if alone else None,
        seen=notes.seen if at_sight else (),
        seen_alone=notes.seen_alone if at_sight else (),
        voices=notes.voices if alone else None,
        domains=domains,
        next_on=notes.next_on if alone else None,
    )


def _entry(session: Session, family: queries.FamilyView, uid: UUID) -> Entry:
    found = session.scalar(
        select(Entry).where(Entry.uid == uid, queries.in_record(Entry.family_id, family.ids))
    )
    if found is None:
        raise NotVisible
    return found


def _add(session: Session, entry: Entry, subjects: Collection[EntrySubject]) -> int:
    session.add(entry)
    session.flush()
    for subject in subjects:
        subject.entry_id, subject.family_id = entry.id, entry.family_id
    session.add_all(subjects)
    session.flush()
    return entry.id
