"""Families, their members and team, how to reach them safely, and the chronology."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey, Integer, func
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


class Person(Base):
    """A human being, known once however many families they are in."""

    __tablename__ = "person"

    id: Mapped[BigId]
    given_name: Mapped[str]
    family_name: Mapped[str]
    date_of_birth: Mapped[date | None]
    nhs_number: Mapped[str | None]
    name_key: Mapped[str]
    """The name as it is compared: see `policy.name_key`."""

    recorded_at: Mapped[Recorded]


class Member(Base):
    """A person's place in a family, with dates."""

    __tablename__ = "member"

    id: Mapped[BigId]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


class TeamMember(Base):
    """A practitioner's place in the team around a family; it opens the record to them."""

    __tablename__ = "team_member"

    id: Mapped[BigId]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


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
