"""Families, their members and team, and how to reach them safely."""

from datetime import date
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class Family(Base):
    """The record: a group of persons helped together."""

    __tablename__ = "family"

    id: Mapped[BigId]
    reference: Mapped[str] = mapped_column(server_default=FetchedValue())
    hub_id: Mapped[int] = mapped_column(ForeignKey("hub.id"))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    joined_into_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"))
    """The record that this one is read with, since they turned out to be one family."""

    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"))


class Member(Base):
    """A person's place in a family, with dates."""

    __tablename__ = "member"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(server_default="")


class MemberPastRole(Base):
    """What a member was in the family until a day."""

    __tablename__ = "member_past_role"

    id: Mapped[BigId]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    role: Mapped[str]
    ended_on: Mapped[date]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[Recorded]


class TeamMember(Base):
    """A practitioner's place in the team around a family; it opens the record to them."""

    __tablename__ = "team_member"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(server_default="")


class SafeContactRow(Base):
    """How the family may be reached, as said at one time; the latest holds."""

    __tablename__ = "safe_contact"

    id: Mapped[BigId]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    may_call: Mapped[bool]
    may_text: Mapped[bool]
    may_leave_message: Mapped[bool]
    may_write: Mapped[bool]
    advice: Mapped[str]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[Recorded]
