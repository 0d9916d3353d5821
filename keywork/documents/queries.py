"""Reads of documents. The database leaves out what the session's viewer may not see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.documents.models import Document
from keywork.families import queries as families
from keywork.families.queries import EntryFacts, in_record
from keywork.kernel.errors import NotVisible
from keywork.kernel.file_kinds import DOCUMENTS, MB
from keywork.kernel.files import StoredFile
from keywork.kernel.scanning import CLEAN

FOLDER = "documents"
"""Where their files are kept."""

_KINDS = {kind.media_type: kind for kind in DOCUMENTS}


@dataclass(frozen=True)
class DocumentView:
    """A document in the list."""

    title: str
    kind: str
    size_bytes: int
    recorded_at: datetime
    scanned: bool
    protected: bool
    entry: EntryFacts

    @property
    def size(self) -> str:
        """How large it is, in words."""
        return size_in_words(self.size_bytes)


@dataclass(frozen=True)
class DocumentFile:
    """Where a document's file is and what it is sent as."""

    stored_name: str
    media_type: str
    title: str

    @property
    def download_name(self) -> str:
        """A name that every device can store, with the ending of what it is."""
        letters = (letter if letter.isalnum() or letter in " -_," else "-" for letter in self.title)
        name = "".join(letters).strip(" -")[:80] or "document"
        return f"{name}.{_KINDS[self.media_type].endings[0]}"


@dataclass(frozen=True)
class DocumentPage:
    """Some documents, newest first, and where older ones begin."""

    documents: list[DocumentView]
    older: UUID | None
    """The document that the next page comes after; None when there is no more to see."""


def documents(
    session: Session, family_ids: Sequence[int], before: UUID | None = None, limit: int = 20
) -> DocumentPage:
    """A family's documents, newest first: `limit` that were added before one."""
    statement = (
        select(Document, StoredFile.scan)
        .join(StoredFile, StoredFile.name == Document.stored_name)
        .where(in_record(Document.family_id, family_ids))
        .order_by(Document.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        entry_id = families.entry_id(session, family_ids, before)
        place = select(Document.id).where(Document.entry_id == entry_id).scalar_subquery()
        statement = statement.where(Document.id < place)
    rows = session.execute(statement).all()
    shown = rows[:limit]
    entries = families.entry_facts(session, [row.entry_id for row, _ in shown])
    views = [_view(row, scan, entries[row.entry_id]) for row, scan in shown]
    return DocumentPage(views, views[-1].entry.uid if len(rows) > limit else None)


def document(session: Session, family: families.FamilyView, uid: UUID) -> DocumentFile:
    """The file of a document of this family, by the uid of its entry.

    Raises NotVisible when the viewer may not see it.
    """
    row = session.scalar(
        select(Document).where(
            Document.entry_id == families.entry_id(session, family.ids, uid),
            in_record(Document.family_id, family.ids),
        )
    )
    if row is None:
        raise NotVisible
    return DocumentFile(row.stored_name, row.media_type, row.title)


def size_in_words(size_bytes: int) -> str:
    """A size: 1 KB, 640 KB, 2.4 MB."""
    if size_bytes < MB:
        return f"{max(1, round(size_bytes / 1024))} KB"
    return f"{size_bytes / MB:.1f} MB"


def _view(row: Document, scan: str, entry: EntryFacts) -> DocumentView:
    return DocumentView(
        title=row.title,
        kind=_KINDS[row.media_type].name,
        size_bytes=row.size_bytes,
        recorded_at=row.recorded_at,
        scanned=scan == CLEAN,
        protected=row.visibility == "protected",
        entry=entry,
    )
