"""Posting: the only way money moves."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from keywork.kernel.viewer import current_viewer
from keywork.ledger.models import Account, AccountRow, Book, JournalEntry, Posting

__all__ = [
    "NOT_OVERDRAWN",
    "Account",
    "KeyReused",
    "Move",
    "Posted",
    "open_book",
    "post",
    "reverse",
]

NOT_OVERDRAWN = "account_not_overdrawn"
"""The constraint that refuses a posting the account has no money for."""


class KeyReused(Exception):
    """An idempotency key came back with other inputs."""


@dataclass(frozen=True)
class Move:
    """Whole pence, more than none, out of one account and into another.

    Both are accounts of `book`, unless the money goes to the same act's `to_book`.
    """

    book: int
    source: Account
    target: Account
    pence: int
    to_book: int | None = None


@dataclass(frozen=True)
class Posted:
    """An entry in the journal; `repeated` when the same key had written it before."""

    entry_id: int
    repeated: bool


def open_book(session: Session, label: str) -> int:
    """A new book with its five accounts at nothing; returns its id."""
    book_id = session.execute(insert(Book).values(label=label).returning(Book.id)).scalar_one()
    session.execute(
        insert(AccountRow), [{"book_id": book_id, "kind": str(kind)} for kind in Account]
    )
    return book_id


def post(
    session: Session,
    *,
    key: str,
    act: str,
    reference: str,
    moves: Sequence[Move],
) -> Posted:
    """Write one journal entry for a business act.

    `key` names the act for ever: the same key and inputs again change nothing; the same key with
    other inputs raises KeyReused. An account without enough money breaks the constraint
    NOT_OVERDRAWN, which ends the transaction.
    """
    if not moves or any(move.pence <= 0 for move in moves):
        raise ValueError("an entry moves whole pence, more than none")
    sums: dict[tuple[int, str], int] = {}
    for move in moves:
        target = move.to_book or move.book
        for place, pence in (
            ((move.book, str(move.source)), -move.pence),
            ((target, str(move.target)), move.pence),
        ):
            sums[place] = sums.get(place, 0) + pence
    return _write(session, key, act, reference, sums)


def reverse(session: Session, *, key: str, entry_id: int, reason: str) -> Posted:
    """Undo an entry by its opposite, which names it and says why. An entry is reversed once."""
    original = session.get_one(JournalEntry, entry_id)
    rows = session.execute(
        select(AccountRow.book_id, AccountRow.kind, Posting.pence)
        .join(Posting, Posting.account_id == AccountRow.id)
        .where(Posting.entry_id == entry_id)
    )
    sums = {(row.book_id, row.kind): -row.pence for row in rows}
    return _write(
        session, key, "reverse", original.reference, sums, reverses=entry_id, reason=reason
    )


def _write(
    session: Session,
    key: str,
    act: str,
    reference: str,
    sums: dict[tuple[int, str], int],
    *,
    reverses: int | None = None,
    reason: str = "",
) -> Posted:
    facts = [act, reference, sorted([*place, p] for place, p in sums.items()), reverses, reason]
    inputs_hash = hashlib.sha256(json.dumps(facts).encode()).digest()
    entry_id = session.execute(
        upsert(JournalEntry)
        .values(
            idempotency_key=key,
            inputs_hash=inputs_hash,
            act=act,
            reference=reference,
            reverses_id=reverses,
            reason=reason,
            recorded_by=current_viewer(session),
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(JournalEntry.id)
    ).scalar()
    if entry_id is None:
        return _repeated(session, key, inputs_hash)
    accounts = session.execute(
        select(AccountRow.id, AccountRow.book_id, AccountRow.kind)
        .where(AccountRow.book_id.in_({book for book, _ in sums}))
        .order_by(AccountRow.id)
    )
    # In the order of account ids, so that no two entries wait for each other's accounts.
    session.execute(
        insert(Posting),
        [
            {"entry_id": entry_id, "account_id": row.id, "pence": sums[row.book_id, row.kind]}
            for row in accounts
            if sums.get((row.book_id, row.kind))
        ],
    )
    return Posted(entry_id, repeated=False)


def _repeated(session: Session, key: str, inputs_hash: bytes) -> Posted:
    before = session.execute(
        select(JournalEntry.id, JournalEntry.inputs_hash).where(JournalEntry.idempotency_key == key)
    ).one()
    if before.inputs_hash != inputs_hash:
        raise KeyReused(key)
    return Posted(before.id, repeated=True)
