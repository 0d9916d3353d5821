"""The documents of a family; columns only."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class Document(Base):
    """A file about a family, added with an entry of the chronology by whose uid it is known."""

    __tablename__ = "document"

    id: Mapped[BigId]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    entry_id: Mapped[int]
    author: Mapped[str]
    recorded_at: Mapped[Recorded]
    title: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes]
    stored_name: Mapped[str] = mapped_column(ForeignKey("stored_file.name"))
    visibility: Mapped[str]
    readers: Mapped[list[str]]
