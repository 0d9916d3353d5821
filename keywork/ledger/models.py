"""Books of accounts, the journal and its postings. Balances are kept by the database alone."""

from enum import StrEnum

from sqlalchemy import FetchedValue, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class Account(StrEnum):
    """The accounts of a book."""

    ALLOCATED = "allocated"
    """Where the book's money came from; negative."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    COMMITTED = "committed"
    SPENT = "spent"


class Book(Base):
    """A set of accounts that belong together."""

    __tablename__ = "book"

    id: Mapped[BigId]
    label: Mapped[str]


class AccountRow(Base):
    """One account of a book and its balance in pence."""

    __tablename__ = "account"

    id: Mapped[BigId]
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    kind: Mapped[str]
    balance_pence: Mapped[int] = mapped_column(server_default=FetchedValue())


class JournalEntry(Base):
    """One act; its postings sum to zero."""

    __tablename__ = "journal_entry"

    id: Mapped[BigId]
    idempotency_key: Mapped[str]
    inputs_hash: Mapped[bytes] = mapped_column(LargeBinary)
    act: Mapped[str]
    reference: Mapped[str]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"))
    reason: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[Recorded]
    written_in: Mapped[int] = mapped_column(server_default=FetchedValue())
    """The transaction that wrote it, which alone may add its postings."""


class Posting(Base):
    """An amount in pence into an account, or out of it when negative."""

    __tablename__ = "posting"

    id: Mapped[BigId]
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    pence: Mapped[int]


class ChainLink(Base):
    """An entry's place in a book's hash chain, written by the database at commit."""

    __tablename__ = "chain_link"

    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"))
    hash: Mapped[bytes] = mapped_column(LargeBinary)
