"""Who a member of staff is to the council's identity provider."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class StaffIdentity(Base):
    """The provider's own name for somebody, which it gives to nobody else."""

    __tablename__ = "staff_identity"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[Recorded]
