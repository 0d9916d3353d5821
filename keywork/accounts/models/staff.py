"""Hubs, staff and the roles they hold."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from keywork.kernel.database import Base, BigId, Recorded


class Role(StrEnum):
    """What a member of staff does here."""

    KEY_WORKER = "key_worker"
    HEALTH_VISITOR = "health_visitor"
    HUB_MANAGER = "hub_manager"
    SPECIALIST = "specialist"
    SERVICE_LEAD = "service_lead"
    FINANCE = "finance"
    INFORMATION_OFFICER = "information_officer"


class Hub(Base):
    """A locality team and its patch."""

    __tablename__ = "hub"

    id: Mapped[BigId]
    code: Mapped[str]
    name: Mapped[str]
    postcode_districts: Mapped[list[str]]
    """The outward codes, such as `LS8`, that make up the patch."""


class Staff(Base):
    """A person with an account."""

    __tablename__ = "staff"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"), unique=True)
    email: Mapped[str]
    name: Mapped[str]
    active: Mapped[bool]
    created_at: Mapped[Recorded]
    posts: Mapped[list["Post"]] = relationship(lazy="raise", back_populates="staff")


class Post(Base):
    """A role held at a hub, or everywhere when there is no hub; a leaver's has an end."""

    __tablename__ = "post"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str]
    hub_id: Mapped[int | None] = mapped_column(ForeignKey("hub.id"))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    staff: Mapped[Staff] = relationship(lazy="raise", back_populates="posts")


class Cover(Base):
    """Who stands in for a colleague for a time or, in one family, reads what they were named in."""

    __tablename__ = "cover"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    absent_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    cover_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    family_id: Mapped[int | None]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    reason: Mapped[str]
    arranged_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    arranged_at: Mapped[Recorded]
