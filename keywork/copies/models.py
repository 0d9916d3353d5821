"""The copies that were made; columns only. Rows are added, never changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId


class Copy(Base):
    """Printed pages that were made for one member, with the disclosure's entry."""

    __tablename__ = "copy"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    reference: Mapped[str]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    entry_id: Mapped[int]
    author: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    parts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    items: Mapped[int] = mapped_column(Integer)
    stored_name: Mapped[str] = mapped_column(ForeignKey("stored_file.name"))
    size_bytes: Mapped[int]
    sha256: Mapped[bytes]
    visibility: Mapped[str]
    readers: Mapped[list[str]]
