"""What was done or read, and the seal on each day of it."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId


class AuditEvent(Base):
    """Somebody did something, or read it. Written by `kernel.audit` alone, and never changed."""

    __tablename__ = "audit_event"

    id: Mapped[BigId]
    recorded_at: Mapped[datetime]
    viewer: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    family_id: Mapped[int | None]


class AuditSeal(Base):
    """A day that is over: a hash over its events and over the seal of the day before."""

    __tablename__ = "audit_seal"

    day: Mapped[date] = mapped_column(primary_key=True)
    first_id: Mapped[int | None]
    last_id: Mapped[int | None]
    events: Mapped[int]
    previous: Mapped[bytes]
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime]
