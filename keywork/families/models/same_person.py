"""Pairs of persons who may be one, and what was merged."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class SamePerson(Base):
    """Two persons who may be one, and what a hub manager has decided."""

    __tablename__ = "same_person"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    a_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    b_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    score: Mapped[Decimal]
    reasons: Mapped[list[str]]
    """What agrees and what does not: the keys of `config/reference/matching.toml`."""

    facts: Mapped[str]
    """A digest of what was compared: when it changes, the pair may be found again."""

    found_on: Mapped[date] = mapped_column(server_default=func.london_today())
    state: Mapped[str] = mapped_column(server_default="open")
    words: Mapped[str] = mapped_column(server_default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]


class PersonMerge(Base):
    """One person who was merged into another, and whether that was undone."""

    __tablename__ = "person_merge"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    kept_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    absorbed_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    changed: Mapped[dict[str, Any]]
    """`rows`: each that was changed, as (table, id, before, after), in that order; `members`: the
    places in families that the one who stays had before."""

    merged_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    merged_at: Mapped[Recorded]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    undone_at: Mapped[datetime | None]
    undo_reason: Mapped[str] = mapped_column(server_default="")
