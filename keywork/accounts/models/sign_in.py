"""What proves who somebody is. Only `task:accounts` reads or writes these tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class Credential(Base):
    """A password; who signs in by the council's identity provider alone has none."""

    __tablename__ = "credential"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[Recorded]
    must_change: Mapped[bool] = mapped_column(server_default=text("false"))
    second_factor: Mapped[str] = mapped_column(server_default=text("'required'"))


class SecondFactor(Base):
    """The authenticator app of a person."""

    __tablename__ = "second_factor"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    sealed_secret: Mapped[bytes]
    enrolled_at: Mapped[Recorded]
    last_step: Mapped[int]
    """The thirty seconds of the last code taken."""


class RecoveryCode(Base):
    """A code for whoever has lost their phone, good for one sign-in."""

    __tablename__ = "recovery_code"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    code_hash: Mapped[bytes]
    made_at: Mapped[Recorded]
    used_at: Mapped[datetime | None]


class StaffSession(Base):
    """A sign-in on one browser, begun or whole."""

    __tablename__ = "staff_session"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    token_hash: Mapped[bytes]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    way: Mapped[str]
    awaits: Mapped[str | None]
    """What it still lacks before it opens anything."""

    browser: Mapped[str]
    began_at: Mapped[Recorded]
    last_seen_at: Mapped[Recorded]
    ended_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A link to choose a password was asked for, for an address that may be nobody's."""

    __tablename__ = "password_reset"

    id: Mapped[BigId]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    invited: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether it was a colleague who asked, for somebody new."""

    asked_at: Mapped[Recorded]
    token_hash: Mapped[bytes | None]
    sent_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
