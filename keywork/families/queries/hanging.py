"""What a capability shows of the entry that a row of its own hangs on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.models import Entry, EntrySubject
from keywork.families.policy import staff_of
from keywork.families.queries.records import in_record, member_names
from keywork.kernel.errors import NotVisible


@dataclass(frozen=True)
class EntryFacts:
    """Who wrote an entry, from whom it is, and whom it concerns."""

    uid: UUID
    author_name: str
    source: str
    source_name: str
    member_ids: list[int]
    member_names: list[str]


def entry_facts(session: Session, ids: Collection[int]) -> dict[int, EntryFacts]:
    """The facts of these entries, by id, as far as the viewer may see them."""
    entries = session.scalars(select(Entry).where(Entry.id.in_(ids))).all()
    concerned: dict[int, list[int]] = {entry.id: [] for entry in entries}
    for entry_id, member_id in session.execute(
        select(EntrySubject.entry_id, EntrySubject.member_id)
        .where(EntrySubject.entry_id.in_(concerned))
        .order_by(EntrySubject.member_id)
    ):
        concerned[entry_id].append(member_id)
    names = member_names(session, {id_ for members in concerned.values() for id_ in members})
    authors = {entry.id: staff_of([entry.author]) for entry in entries}
    staff = accounts.staff_by_id(session, {id_ for found in authors.values() for id_ in found})
    return {
        entry.id: EntryFacts(
            uid=entry.uid,
            author_name=next((staff[id_].name for id_ in authors[entry.id]), "keywork"),
            source=entry.source,
            source_name=entry.source_name,
            member_ids=concerned[entry.id],
            member_names=[names[id_] for id_ in concerned[entry.id]],
        )
        for entry in entries
    }


def entry_id(session: Session, family_ids: Sequence[int], uid: UUID) -> int:
    """The id of an entry of this family. Raises NotVisible when the viewer may not see it."""
    found = session.scalar(
        select(Entry.id).where(Entry.uid == uid, in_record(Entry.family_id, family_ids))
    )
    if found is None:
        raise NotVisible
    return found
