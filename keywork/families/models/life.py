"""When a record was open, and what it was joined to; professionals outside who work with it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class OpenPeriod(Base):
    """A time during which the family was helped; one that has not ended is the present one."""

    __tablename__ = "open_period"

    id: Mapped[BigId]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    started_on: Mapped[date] = mapped_column(server_default=FetchedValue())
    start_reason: Mapped[str]
    start_words: Mapped[str] = mapped_column(server_default="")
    started_by: Mapped[str]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    end_words: Mapped[str] = mapped_column(server_default="")
    ended_by: Mapped[str | None]


class FamilyJoin(Base):
    """Two records that are read as one since then, and whether that was undone."""

    __tablename__ = "family_join"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(server_default="")
    joined_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    joined_at: Mapped[Recorded]
    changed: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    """The ids of the rows that joining made or changed, for undoing it."""

    undone_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    undone_at: Mapped[datetime | None]
    undo_words: Mapped[str] = mapped_column(server_default="")


class Professional(Base):
    """Somebody without an account who works with the family, such as a teacher."""

    __tablename__ = "professional"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    entry_id: Mapped[int]
    author: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    organisation: Mapped[str] = mapped_column(server_default="")
    contact: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[Recorded]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    visibility: Mapped[str]
    readers: Mapped[list[str]]
