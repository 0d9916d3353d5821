"""Purses, spends with their purchases and receipts, and the versions of the approval policy."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class State(StrEnum):
    """Where a spend stands. The database holds which may follow which."""

    RESERVED = "reserved"
    """Asked for, its money set aside; policy has not looked yet."""

    WAITING = "waiting"
    """A person decides."""

    APPROVED = "approved"
    BOUGHT = "bought"
    """Paid for; the receipt is missing."""

    EVIDENCED = "evidenced"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Nobody decided in time; the money went back."""


UNDECIDED = (State.RESERVED, State.WAITING)
DROPPED = (State.DECLINED, State.WITHDRAWN, State.LAPSED)


class PolicyVersion(Base):
    """The approval policy as it was filed on a day, word for word."""

    __tablename__ = "policy_version"

    id: Mapped[BigId]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    valid_from: Mapped[date]
    document: Mapped[str]
    recorded_at: Mapped[Recorded]


class Purse(Base):
    """A hub's money from one fund for one financial year; its amounts are in a ledger book."""

    __tablename__ = "purse"

    id: Mapped[BigId]
    reference: Mapped[str]
    hub_id: Mapped[int] = mapped_column(ForeignKey("hub.id"))
    fund: Mapped[str]
    year: Mapped[int]
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))


class Spend(Base):
    """One micro-commission, from request to receipt."""

    __tablename__ = "spend"

    id: Mapped[BigId]
    reference: Mapped[str]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), nullable=True)
    """This and the goal are gone from what is left of a spend once its family's record was erased;
    nobody reads that but the task that proves the books."""

    goal_id: Mapped[int] = mapped_column(nullable=True)
    purse_id: Mapped[int] = mapped_column(ForeignKey("purse.id"))
    category: Mapped[str]
    what: Mapped[str]
    why: Mapped[str]
    amount_pence: Mapped[int]
    vat_pence: Mapped[int | None]
    paying: Mapped[str]
    needed_by: Mapped[date]
    requested_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    requested_at: Mapped[Recorded]
    state: Mapped[str] = mapped_column(default=State.RESERVED)
    version: Mapped[int] = mapped_column()
    policy_version_id: Mapped[int | None] = mapped_column(ForeignKey("policy_version.id"))
    fired: Mapped[list[Any]] = mapped_column(server_default=FetchedValue())
    """The rules that fired: `{"code": …, "sentence": …}` each, in the words of that day."""

    decider_role: Mapped[str | None]
    decide_by: Mapped[datetime | None]
    lapse_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who decided; nobody when policy did, or when it was withdrawn or lapsed."""

    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(server_default=FetchedValue())
    erased_at: Mapped[datetime | None]
    visibility: Mapped[str]
    readers: Mapped[list[str]]

    __mapper_args__ = {"version_id_col": version}


class SpendMember(Base):
    """A member whom a spend is for."""

    __tablename__ = "spend_member"

    spend_id: Mapped[int] = mapped_column(ForeignKey("spend.id"), primary_key=True)
    family_id: Mapped[int]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)


class Purchase(Base):
    """What was paid, to whom and when."""

    __tablename__ = "purchase"

    spend_id: Mapped[int] = mapped_column(ForeignKey("spend.id"), primary_key=True)
    paid_pence: Mapped[int]
    vat_pence: Mapped[int | None]
    supplier: Mapped[str]
    bought_on: Mapped[date]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[Recorded]
    erased_at: Mapped[datetime | None]


class Receipt(Base):
    """A receipt's file: what it is and under which name it is kept."""

    __tablename__ = "receipt"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=FetchedValue())
    spend_id: Mapped[int] = mapped_column(ForeignKey("spend.id"))
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    stored_name: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[Recorded]
