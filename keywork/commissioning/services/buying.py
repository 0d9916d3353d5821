"""Buying what was approved, and keeping its receipts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.alerts.services import resolve_alerts
from keywork.commissioning import queries
from keywork.commissioning.models import Purchase, Receipt, Spend, State
from keywork.commissioning.services.common import (
    DECIDED,
    changed_since,
    lock_spend,
    move,
    note,
    refuse_short,
)
from keywork.kernel import audit, clock, files
from keywork.kernel.clock import LONDON
from keywork.kernel.errors import Refusal, explain_constraint
from keywork.kernel.file_kinds import PHOTOS
from keywork.kernel.files import Upload
from keywork.kernel.money import format_pence
from keywork.ledger.services import Account

explain_constraint("purchase_pkey", "This purchase has been recorded already")
explain_constraint("receipt_uploaded_once", "This file has been uploaded already", "file")


@dataclass(frozen=True)
class Purchased:
    """What was paid, to whom and when."""

    paid_pence: int
    vat_pence: int | None
    supplier: str
    bought_on: date


def record_purchase(
    session: Session, actor: Actor, reference: str, version: int, bought: Purchased
) -> None:
    """Record what an approved spend cost: what is left over returns to the purse.

    It may cost a little more than approved, as far as the policy and the purse allow.
    """
    row = lock_spend(session, reference)
    if row.version != version or row.state != State.APPROVED:
        raise changed_since(session, row)
    _check(session, row, bought)
    session.add(
        Purchase(
            spend_id=row.id,
            paid_pence=bought.paid_pence,
            vat_pence=bought.vat_pence,
            supplier=bought.supplier,
            bought_on=bought.bought_on,
            recorded_by=actor.staff_id,
        )
    )
    row.state = State.BOUGHT
    approved, paid = row.amount_pence, bought.paid_pence
    try:
        with session.begin_nested():
            move(
                session,
                row,
                "buy",
                (Account.COMMITTED, Account.SPENT, min(paid, approved)),
                (Account.COMMITTED, Account.AVAILABLE, max(approved - paid, 0)),
                (Account.AVAILABLE, Account.SPENT, max(paid - approved, 0)),
            )
    except IntegrityError as error:
        raise refuse_short(session, error, row.purse_id, "paid") from None
    note(session, row, f"Bought for {format_pence(paid)} from {bought.supplier}: {row.what}")
    resolve_alerts(session, DECIDED, row.reference)
    audit.record(session, "spend.buy", row.reference, family_id=row.family_id)


def add_receipt(session: Session, actor: Actor, reference: str, upload: Upload) -> None:
    """Keep a receipt's file with the purchase."""
    kept = files.keep(session, "receipts", upload, kinds=PHOTOS, megabytes=10)
    row = lock_spend(session, reference)
    if row.state not in {State.BOUGHT, State.EVIDENCED}:
        raise Refusal("Record the purchase before its receipt")
    session.add(
        Receipt(
            spend_id=row.id,
            media_type=kept.kind.media_type,
            size_bytes=kept.size_bytes,
            sha256=kept.sha256,
            stored_name=kept.stored_name,
            recorded_by=actor.staff_id,
        )
    )
    if row.state == State.BOUGHT:
        row.state = State.EVIDENCED
    audit.record(session, "receipt.add", row.reference, family_id=row.family_id)
    session.flush()


def _check(session: Session, row: Spend, bought: Purchased) -> None:
    policy = queries.policy_version(session, row.policy_version_id or 0).rules
    over = bought.paid_pence - row.amount_pence
    if over > policy.overrun_of(row.amount_pence):
        raise Refusal(
            f"{format_pence(row.amount_pence)} was approved, and it may cost at most"
            f" {format_pence(policy.overrun_of(row.amount_pence))} more. Withdraw this request"
            " and ask for the whole amount",
            "paid",
        )
    if bought.vat_pence is not None and bought.vat_pence > bought.paid_pence:
        raise Refusal("The VAT must be less than the amount paid", "vat")
    if bought.bought_on > clock.today():
        raise Refusal("The date must be today or in the past", "bought_on")
    if bought.bought_on < row.requested_at.astimezone(LONDON).date():
        raise Refusal("The date must not be before the money was asked for", "bought_on")
