"""Writes of documents."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.documents.models import Document
from keywork.documents.queries import FOLDER, size_in_words
from keywork.families import services as families
from keywork.families.policy import row_readers
from keywork.families.queries import FamilyView
from keywork.kernel import audit, files
from keywork.kernel.file_kinds import DOCUMENTS
from keywork.kernel.files import Upload

LARGEST_MB = 20


@dataclass(frozen=True)
class About:
    """What a document is, whom it concerns, and where it comes from."""

    title: str
    member_ids: Collection[int]
    source: str
    """One of the sources of an entry."""

    source_name: str = ""


def add_document(
    session: Session,
    actor: Actor,
    family: FamilyView,
    upload: Upload,
    about: About,
    *,
    named_staff: Collection[int] | None = None,
    named_members: Collection[int] = (),
) -> None:
    """Keep a document and put it into the chronology.

    With `named_staff` it is protected: the actor, they and the hub manager may read it, and
    `named_members` may be given a copy. Raises Refusal for a file that is not taken: see
    `files.keep`.
    """
    kept = files.keep(session, FOLDER, upload, kinds=DOCUMENTS, megabytes=LARGEST_MB)
    readers = row_readers(actor.viewer, named_staff, named_members)
    entry_id = families.record_entry(
        session,
        family_id=family.id,
        kind="document",
        text=f"{about.title} ({kept.kind.name}, {size_in_words(kept.size_bytes)})",
        member_ids=about.member_ids,
        visibility=readers["visibility"],
        named_staff=named_staff or (),
        named_members=named_members,
        source=about.source,
        source_name=about.source_name,
    )
    session.add(
        Document(
            family_id=family.id,
            entry_id=entry_id,
            author=actor.viewer,
            title=about.title,
            media_type=kept.kind.media_type,
            size_bytes=kept.size_bytes,
            sha256=kept.sha256,
            stored_name=kept.stored_name,
            **readers,
        )
    )
    session.flush()
    audit.record(session, "document.add", family.reference)
