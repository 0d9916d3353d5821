"""Consent, and decisions to share or not to. Rows are added, never changed."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class _SharingRow:
    """What both have: their family, the entry that was made with them, and who may read them."""

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    entry_id: Mapped[int]
    author: Mapped[str]
    recorded_at: Mapped[Recorded]
    purpose: Mapped[str]
    basis: Mapped[str | None]
    """The lawful basis."""

    visibility: Mapped[str]
    readers: Mapped[list[str]]


class Consent(_SharingRow, Base):
    """A member's answer about one purpose and one organisation, or any; the latest holds."""

    __tablename__ = "consent"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    organisation: Mapped[str]
    """Empty where the answer is about any."""

    state: Mapped[str]
    way: Mapped[str | None]
    words: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """The member who decided, if it was another."""

    decided_by: Mapped[str]
    """Who decided, if it was nobody in the family."""

    valid_until: Mapped[date | None]
    """The last day on which it holds."""


class Disclosure(_SharingRow, Base):
    """What was shared with whom and why, or was asked for and not shared."""

    __tablename__ = "disclosure"

    shared: Mapped[bool]
    happened_on: Mapped[date]
    organisation_kind: Mapped[str]
    organisation: Mapped[str]
    person: Mapped[str]
    what: Mapped[str]
    reason: Mapped[str]
