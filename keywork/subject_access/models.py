"""Requests for subject access, their stopped clocks, what was decided, and what was sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class AccessRequest(Base):
    """Somebody asked what is held about a person. Information officers alone know of it."""

    __tablename__ = "access_request"

    id: Mapped[BigId]
    reference: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    about: Mapped[str]
    """The person's name when it was registered: the record itself closes with the request."""

    received_on: Mapped[date]
    way: Mapped[str]
    asked_by: Mapped[str]
    asker: Mapped[str]
    """Who asks for the person; empty when they ask themselves."""

    authority: Mapped[str]
    """How it was seen that the asker may."""

    wanted: Mapped[str]
    """What is asked for; empty is everything."""

    identity_way: Mapped[str]
    identity_checked_on: Mapped[date | None]
    state: Mapped[str]
    due_on: Mapped[date]
    extended_on: Mapped[date | None]
    extension_reason: Mapped[str] = mapped_column(server_default="")
    registered_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    registered_at: Mapped[Recorded]
    version: Mapped[int] = mapped_column()
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None]
    sent_on: Mapped[date | None]
    sent_way: Mapped[str] = mapped_column(server_default="")
    refusal: Mapped[str | None]
    refusal_words: Mapped[str] = mapped_column(server_default="")
    told_on: Mapped[date | None]
    """When a refused asker was told why, and of their rights."""

    __mapper_args__ = {"version_id_col": version}


class AccessPause(Base):
    """A time during which the clock stands still, and for what."""

    __tablename__ = "access_pause"

    id: Mapped[BigId]
    request_id: Mapped[int] = mapped_column(ForeignKey("access_request.id"))
    kind: Mapped[str]
    words: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


class AccessItem(Base):
    """A decision on one item; the latest holds while the item is what it was."""

    __tablename__ = "access_item"

    id: Mapped[BigId]
    request_id: Mapped[int] = mapped_column(ForeignKey("access_request.id"))
    source: Mapped[str]
    ref: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    decision: Mapped[str]
    reason: Mapped[str]
    words: Mapped[str]
    redacted: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What is left of each text of which words were taken out."""

    decided_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[Recorded]


class AccessConsent(Base):
    """Whether somebody else agrees to what concerns them being sent; the latest answer holds."""

    __tablename__ = "access_consent"

    id: Mapped[BigId]
    request_id: Mapped[int] = mapped_column(ForeignKey("access_request.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str]
    words: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[Recorded]


class AccessBundle(Base):
    """What is or was to be sent: a file, once the worker has made it."""

    __tablename__ = "access_bundle"

    id: Mapped[BigId]
    request_id: Mapped[int] = mapped_column(ForeignKey("access_request.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """Of the items and decisions that the officer saw."""

    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[Recorded]
    state: Mapped[str] = mapped_column(server_default="making")
    made_at: Mapped[datetime | None]
    stored_name: Mapped[str | None] = mapped_column(ForeignKey("stored_file.name"))
    size_bytes: Mapped[int | None]
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
