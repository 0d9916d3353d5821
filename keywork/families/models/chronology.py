"""What happened to a family."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Integer, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class Entry(Base):
    """Something that happened to a family. Never edited: a correction supersedes it."""

    __tablename__ = "entry"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    kind: Mapped[str]
    happened_at: Mapped[datetime]
    minutes: Mapped[int | None] = mapped_column(Integer)
    recorded_at: Mapped[Recorded]
    author: Mapped[str]
    source: Mapped[str]
    source_name: Mapped[str]
    text: Mapped[str]
    supersedes_id: Mapped[int | None]
    correction_reason: Mapped[str | None]
    domains: Mapped[list[str]] = mapped_column(server_default="{}")
    """The need domains it was about, as far as whoever may read it may know."""

    next_on: Mapped[date | None]
    """When the family will next be seen, as agreed on this occasion."""

    words: Mapped[Any] = mapped_column(
        TSVECTOR, Computed("to_tsvector('english'::regconfig, text)", persisted=True), deferred=True
    )
    visibility: Mapped[str]
    readers: Mapped[list[str]]


class EntrySubject(Base):
    """A member whom an entry concerns."""

    __tablename__ = "entry_subject"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    seen: Mapped[bool]
    seen_alone: Mapped[bool]
    voice: Mapped[str] = mapped_column(server_default="")
    """What a child said or showed."""


class SignificantEntry(Base):
    """The mark of an entry that whoever comes new to the family should not miss."""

    __tablename__ = "significant_entry"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    author: Mapped[str]
    recorded_at: Mapped[Recorded]
