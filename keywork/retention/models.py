"""Legal holds, reviews of records that were kept long enough, and certificates of erasure."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class LegalHold(Base):
    """A family or a person of whom nothing may be erased until the hold is lifted."""

    __tablename__ = "legal_hold"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=FetchedValue())
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    subject: Mapped[str]
    """The record's reference, or the end of an NHS number: a hold names nobody."""

    reason: Mapped[str]
    reference: Mapped[str]
    """Of the case or inquiry it is for."""

    placed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    placed_at: Mapped[Recorded]
    look_again_on: Mapped[date]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str] = mapped_column(server_default=FetchedValue())


class RetentionReview(Base):
    """A record, or a handoff nobody allocated, whose day has come, and what becomes of it."""

    __tablename__ = "retention_review"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=FetchedValue())
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"))
    handoff_id: Mapped[int | None] = mapped_column(ForeignKey("handoff.id"))
    reference: Mapped[str]
    ended_on: Mapped[date]
    """When the record was closed, or the handoff sent."""

    due_on: Mapped[date]
    record_class: Mapped[str]
    because: Mapped[str]
    policy_from: Mapped[date]
    """The version of the policy by which it was judged."""

    added_at: Mapped[Recorded]
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    """open, proposed (for erasure), confirmed (while it is erased), kept, or over."""

    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    kept_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    kept_until: Mapped[date | None]
    kept_reason: Mapped[str] = mapped_column(server_default=FetchedValue())
    ended_at: Mapped[datetime | None]


class Erasure(Base):
    """That a record was erased: by which rule, by whom, and how many rows of what. No names."""

    __tablename__ = "erasure"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=FetchedValue())
    reference: Mapped[str]
    with_references: Mapped[list[str]]
    """The records that were joined to it, and the handoffs that led to it."""

    ended_on: Mapped[date]
    due_on: Mapped[date]
    record_class: Mapped[str]
    because: Mapped[str]
    policy_from: Mapped[date]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    erased_at: Mapped[Recorded]
    counts: Mapped[dict[str, Any]]
    list_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """Of the list of rows that went, one `table id` a line."""
