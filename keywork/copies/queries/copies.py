"""Reads of the copies that were made, as far as the session's viewer may know of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.copies.models import Copy
from keywork.copies.policy import PARTS
from keywork.families import queries as families
from keywork.families.queries import FamilyView, in_record
from keywork.kernel.errors import NotVisible

FOLDER = "copies"
"""Where their files are kept."""


@dataclass(frozen=True)
class CopyView:
    """A copy in the list."""

    uid: UUID
    reference: str
    person: str
    parts: list[str]
    made_at: datetime
    made_by: str
    protected: bool


@dataclass(frozen=True)
class CopyFile:
    """Where a copy's file is, and what it is called."""

    family_id: int
    reference: str
    stored_name: str


def copies(session: Session, family: FamilyView, limit: int = 100) -> list[CopyView]:
    """The copies that were made for anybody in the family, newest first."""
    rows = session.scalars(
        select(Copy)
        .where(in_record(Copy.family_id, family.ids))
        .order_by(Copy.id.desc())
        .limit(limit)
    ).all()
    names = families.member_names(session, {row.member_id for row in rows})
    staff = accounts.staff_by_id(session, {row.made_by for row in rows})
    return [
        CopyView(
            uid=row.uid,
            reference=row.reference,
            person=names[row.member_id],
            parts=[PARTS[part] for part in row.parts],
            made_at=row.made_at,
            made_by=staff[row.made_by].name,
            protected=row.visibility == "protected",
        )
        for row in rows
    ]


def copy_file(session: Session, uid: UUID) -> CopyFile:
    """The file of a copy. Raises NotVisible when the viewer may not read it."""
    row = session.scalar(select(Copy).where(Copy.uid == uid))
    if row is None:
        raise NotVisible
    return CopyFile(row.family_id, row.reference, row.stored_name)
