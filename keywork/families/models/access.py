"""Exceptions to who opens a record: emergencies, and conflicts of interest."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class BreakGlass(Base):
    """A record that somebody opened in an emergency, as its team may, for a time."""

    __tablename__ = "break_glass"

    id: Mapped[BigId]
    reference: Mapped[str]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str]
    """A key of `config/reference/emergency_reasons.toml`."""

    reason: Mapped[str]
    broken_at: Mapped[Recorded]
    ends_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]
    """When it ended before its time."""

    checked_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    checked_at: Mapped[datetime | None]
    justified: Mapped[bool | None]
    check_words: Mapped[str] = mapped_column(server_default="")


class ConflictOfInterest(Base):
    """Somebody of ours who knows a person, and so opens no record that this person is or was in."""

    __tablename__ = "conflict_of_interest"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    """The record in which it was declared."""

    reason: Mapped[str]
    declared_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    declared_at: Mapped[Recorded]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str] = mapped_column(server_default="")
