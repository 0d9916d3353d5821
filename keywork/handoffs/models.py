"""Handoffs, whom they concern, their stages, and drafts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class Handoff(Base):
    """What a health visitor sent, and how far it has come. What was sent never changes."""

    __tablename__ = "handoff"

    id: Mapped[BigId]
    reference: Mapped[str]
    draft_uid: Mapped[UUID | None]
    """The draft it was sent from; unique, so sending that draft twice is sending it once."""

    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    source_name: Mapped[str]
    source_organisation: Mapped[str]
    source_email: Mapped[str]
    bundle_id: Mapped[str | None]
    message_id: Mapped[str | None]
    hub_id: Mapped[int] = mapped_column(ForeignKey("hub.id"))
    sent_at: Mapped[Recorded]
    domains: Mapped[list[str]]
    why: Mapped[str]
    tried: Mapped[str]
    note: Mapped[str]
    contact_details: Mapped[str]
    may_call: Mapped[bool | None]
    """This and the next three are all empty when nobody has said what is safe."""

    may_text: Mapped[bool | None]
    may_leave_message: Mapped[bool | None]
    may_write: Mapped[bool | None]
    advice: Mapped[str]
    consent: Mapped[str]
    consent_reason: Mapped[str]
    stage: Mapped[str] = mapped_column(server_default="sent")
    version: Mapped[int] = mapped_column(server_default="1")
    key_worker_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"))
    joined: Mapped[bool] = mapped_column(server_default="false")
    """Whether it was attached to a record that the hub already held."""


class HandoffPerson(Base):
    """A person a handoff concerns, as its author described them."""

    __tablename__ = "handoff_person"

    id: Mapped[BigId]
    handoff_id: Mapped[int] = mapped_column(ForeignKey("handoff.id"))
    given_name: Mapped[str]
    family_name: Mapped[str]
    date_of_birth: Mapped[date | None]
    nhs_number: Mapped[str | None]
    role: Mapped[str]


class HandoffStage(Base):
    """A stage a handoff reached: when, and who brought it there."""

    __tablename__ = "handoff_stage"

    id: Mapped[BigId]
    handoff_id: Mapped[int] = mapped_column(ForeignKey("handoff.id"))
    stage: Mapped[str]
    recorded_at: Mapped[Recorded]
    recorded_by: Mapped[str]
    key_worker_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str]
    """Why it was returned, or what the health visitor is told when it is handed over."""


class HandoffDraft(Base):
    """A handoff being written; its author's alone, and gone once it is sent."""

    __tablename__ = "handoff_draft"

    uid: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    data: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(server_default="1")
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
