"""What happened: entries, visits and corrections."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import Entry, EntrySubject, Family
from keywork.families.policy import may_correct
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.kernel.viewer import current_viewer, practitioner

explain_constraint("entry_supersedes_id_key", "Someone has corrected this entry already")
explain_constraint("entry_subject_member_id_family_id_fkey", "Choose people who are in this family")


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
    source: str = "own_observation",
    source_name: str = "",
    minutes: int | None = None,
    seen: Collection[int] = (),
    seen_alone: Collection[int] = (),
) -> int:
    """Add to the chronology on behalf of the session's viewer; returns the entry's id.

    A `protected` entry may be read by its author, the `named_staff` and the hub manager alone.
    """
    author = current_viewer(session)
    readers = {author, *map(practitioner, named_staff)} if visibility == "protected" else {author}
    entry = Entry(
        family_id=family_id,
        kind=kind,
        text=text,
        happened_at=happened_at or clock.now(),
        author=author,
        visibility=visibility,
        readers=sorted(readers),
        source=source,
        source_name=source_name,
        minutes=minutes,
    )
    seen_ids = {*seen, *seen_alone}
    subjects = {id_: (id_ in seen_ids, id_ in seen_alone) for id_ in {*member_ids, *seen_ids}}
    return _add(session, entry, subjects)


def record_visit(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    *,
    happened_at: datetime,
    minutes: int | None,
    seen: Collection[int],
    seen_alone: Collection[int],
    about: Collection[int],
    text: str,
    protected_text: str,
    named_staff: Collection[int],
) -> None:
    """Write a visit up: as one entry for all whom it concerned, and one for what is protected.

    With nothing but protected text, that the visit took place is protected too.
    """
    if happened_at > clock.now():
        raise Refusal("The visit must be in the past", "at")
    parts = [("team", text), ("protected", protected_text)]
    for visibility, words in parts:
        if not words:
            continue
        record_entry(
            session,
            family_id=family.id,
            kind="visit",
            text=words,
            happened_at=happened_at,
            member_ids=about,
            visibility=visibility,
            named_staff=named_staff,
            minutes=minutes,
            seen=seen,
            seen_alone=seen_alone,
        )
        minutes = None  # the visit's length belongs to one of the two
    audit.record(session, "visit.record", family.reference)


def correct_entry(session: Session, actor: Actor, uid: UUID, text: str, reason: str) -> None:
    """Supersede an entry with the right words. The old ones stay, and say that they were wrong."""
    old = session.scalar(select(Entry).where(Entry.uid == uid))
    if old is None:
        raise NotVisible
    family = session.get_one(Family, old.family_id)
    if not may_correct(actor, author=old.author, kind=old.kind, hub_id=family.hub_id):
        raise Refusal("Only the author of an entry or the hub manager may correct it")
    view = queries.entry(session, [old.family_id], uid)
    if view.corrected_by:
        by = queries.entry(session, [old.family_id], view.corrected_by)
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
        supersedes_id=old.id,
        correction_reason=reason,
    )
    _add(session, correction, {s.member_id: (s.seen, s.seen_alone) for s in view.subjects})
    audit.record(session, "entry.correct", str(uid))


def _add(session: Session, entry: Entry, subjects: dict[int, tuple[bool, bool]]) -> int:
    session.add(entry)
    session.flush()
    session.add_all(
        EntrySubject(
            entry_id=entry.id, family_id=entry.family_id, member_id=id_, seen=seen, seen_alone=alone
        )
        for id_, (seen, alone) in sorted(subjects.items())
    )
    session.flush()
    return entry.id
