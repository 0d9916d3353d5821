"""Alerts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from keywork.kernel.database import Base, BigId, Recorded


class Alert(Base):
    """Something late, risky or running out, addressed to one person who can act."""

    __tablename__ = "alert"

    id: Mapped[BigId]
    uid: Mapped[UUID]
    kind: Mapped[str]
    """Which rule raised it, such as `spend.waiting`."""

    subject: Mapped[str]
    """The reference of what it is about; there is one open alert per kind, subject and person."""

    family_id: Mapped[int | None]
    staff_id: Mapped[int]
    path: Mapped[str]
    """The page on which the person can act."""

    line: Mapped[str]
    """What the person is told; it may be e-mailed, so it names nobody."""

    raised_at: Mapped[Recorded]
    seen_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    emailed_at: Mapped[datetime | None]
