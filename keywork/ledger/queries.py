"""Balances, statements, and the invariants that prove them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from keywork.ledger.models import Account, AccountRow, JournalEntry, Posting

INVARIANTS: Final = {
    "Every entry has two postings or more, and they sum to zero.": """
        SELECT j.id FROM journal_entry j LEFT JOIN posting p ON p.entry_id = j.id
        GROUP BY j.id HAVING count(p.id) < 2 OR sum(p.pence) <> 0""",
    "Every balance is the sum of the account's postings.": """
        SELECT a.id FROM account a LEFT JOIN posting p ON p.account_id = a.id
        GROUP BY a.id HAVING a.balance_pence <> coalesce(sum(p.pence), 0)""",
    "No account but the source of the money is below zero.": """
        SELECT id FROM account WHERE kind <> 'allocated' AND balance_pence < 0""",
    "All balances together are zero.": """
        SELECT 1 FROM account HAVING sum(balance_pence) <> 0""",
    "Every entry is sealed in the chain of every book it touches.": """
        SELECT t.entry_id FROM (
          SELECT DISTINCT p.entry_id, a.book_id
          FROM posting p JOIN account a ON a.id = p.account_id) t
        FULL JOIN chain_link c ON c.entry_id = t.entry_id AND c.book_id = t.book_id
        WHERE c.entry_id IS NULL OR t.entry_id IS NULL""",
    "Every chain runs without a gap, and each hash follows from the one before.": r"""
        SELECT entry_id FROM (
          SELECT *, row_number() OVER w AS place,
            coalesce(lag(hash) OVER w, '\x'::bytea) AS previous
          FROM chain_link WINDOW w AS (PARTITION BY book_id ORDER BY sequence)) c
        WHERE sequence <> place OR hash <> entry_hash(previous, entry_id)""",
}
"""What is always true of the ledger; each query finds what breaks the sentence."""


@dataclass(frozen=True)
class Balances:
    """What a book holds, in pence. `allocated` is what came in from outside, as a positive sum."""

    allocated: int = 0
    available: int = 0
    reserved: int = 0
    committed: int = 0
    spent: int = 0


@dataclass(frozen=True)
class Line:
    """One posting, as a statement shows it, with the balance after it."""

    entry_id: int
    recorded_at: datetime
    act: str
    reference: str
    account: str
    pence: int
    balance_pence: int


def balances(session: Session, book_ids: Collection[int]) -> dict[int, Balances]:
    """The balances of each book, in one statement."""
    rows = session.execute(
        select(AccountRow.book_id, AccountRow.kind, AccountRow.balance_pence).where(
            AccountRow.book_id.in_(book_ids)
        )
    )
    sums: dict[int, dict[str, int]] = {}
    for book_id, kind, pence in rows:
        sums.setdefault(book_id, {})[kind] = -pence if kind == Account.ALLOCATED else pence
    return {book_id: Balances(**kinds) for book_id, kinds in sums.items()}


def statement(session: Session, book_id: int, account: Account) -> list[Line]:
    """Every posting to one account of a book, oldest first."""
    running = func.sum(Posting.pence).over(order_by=Posting.id)
    rows = session.execute(
        select(
            JournalEntry.id,
            JournalEntry.recorded_at,
            JournalEntry.act,
            JournalEntry.reference,
            AccountRow.kind,
            Posting.pence,
            running,
        )
        .join(Posting, Posting.entry_id == JournalEntry.id)
        .join(AccountRow, AccountRow.id == Posting.account_id)
        .where(AccountRow.book_id == book_id, AccountRow.kind == str(account))
        .order_by(Posting.id)
    )
    return [Line(*row) for row in rows]


def broken_invariants(session: Session) -> list[str]:
    """The sentences that do not hold at this moment; none when all is well."""
    return [
        sentence
        for sentence, query in INVARIANTS.items()
        if session.execute(text(query)).first() is not None
    ]
