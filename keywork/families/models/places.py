"""Where members live, how each is reached, where they belong: dated, behind the filter."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class Dated:
    """What each of these rows has."""

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    member_id: Mapped[int]
    entry_id: Mapped[int]
    author: Mapped[str]
    recorded_at: Mapped[Recorded]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    visibility: Mapped[str]
    readers: Mapped[list[str]]


class Residence(Dated, Base):
    """A member's living somewhere for a time."""

    __tablename__ = "residence"

    kind: Mapped[str]
    address: Mapped[str]
    """Its lines, without the postcode."""

    postcode: Mapped[str]
    uprn: Mapped[str] = mapped_column(server_default="")
    place: Mapped[str]
    """The address as it is compared: members who share it at one time are a household."""


class ContactPoint(Dated, Base):
    """A member's telephone number or e-mail address, and what is safe to do with it."""

    __tablename__ = "contact_point"

    kind: Mapped[str]
    value: Mapped[str]
    may_call: Mapped[bool]
    may_text: Mapped[bool]
    may_leave_message: Mapped[bool]
    may_write: Mapped[bool]
    at_times: Mapped[str] = mapped_column(server_default="")
    seen_by: Mapped[str] = mapped_column(server_default="")
    """Who else sees this telephone or reads this e-mail."""


class Affiliation(Dated, Base):
    """A member's school, nursery, GP practice or the like."""

    __tablename__ = "affiliation"

    kind: Mapped[str]
    name: Mapped[str]
