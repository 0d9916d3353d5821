"""Asking for money, and taking a request back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.alerts.services import resolve_alerts
from keywork.commissioning import queries
from keywork.commissioning.models import Spend, SpendMember, State
from keywork.commissioning.reference import PAYING, categories
from keywork.commissioning.services.common import (
    DECIDED,
    WAITING,
    changed_since,
    lock_spend,
    move,
    note,
    refuse_short,
)
from keywork.families.policy import row_readers
from keywork.families.queries import FamilyView, members_in
from keywork.kernel import audit, clock, outbox
from keywork.kernel.errors import NotVisible, Refusal
from keywork.kernel.money import format_pence
from keywork.kernel.references import new_reference
from keywork.ledger.services import Account
from keywork.plans import queries as plans


@dataclass(frozen=True)
class Wish:
    """What somebody asks money for."""

    purse_id: int
    goal: UUID
    member_ids: Sequence[int]
    category: str
    what: str
    why: str
    amount_pence: int
    vat_pence: int | None
    paying: str
    needed_by: date


def ask_for_money(session: Session, actor: Actor, family: FamilyView, wish: Wish) -> str:
    """Ask for money towards a goal; it is set aside at once. Returns the spend's reference.

    A spend towards a protected goal is protected for the same readers.
    """
    purse = _check(session, family, wish)
    try:
        goal = plans.goal(session, family.ids, wish.goal)
    except NotVisible:
        raise Refusal("Choose a goal from this family's plan", "goal") from None
    named = goal.named_staff if goal.protected else None
    row = Spend(
        reference=new_reference("S"),
        family_id=goal.family_id,
        goal_id=goal.id,
        purse_id=purse.id,
        category=wish.category,
        what=wish.what,
        why=wish.why,
        amount_pence=wish.amount_pence,
        vat_pence=wish.vat_pence,
        paying=wish.paying,
        needed_by=wish.needed_by,
        requested_by=actor.staff_id,
        **row_readers(actor.viewer, named, goal.named_members),
    )
    session.add(row)
    session.flush()
    members = [
        {"spend_id": row.id, "family_id": goal.family_id, "member_id": member}
        for member in members_in(session, goal.family_id, wish.member_ids, "members")
    ]
    session.execute(insert(SpendMember), members)
    _set_aside(session, row, purse)
    note(session, row, f"Asked for {format_pence(row.amount_pence)}: {row.what}")
    outbox.enqueue(session, "commissioning.decide", spend_id=row.id)
    audit.record(session, "spend.ask", row.reference, family_id=row.family_id)
    return row.reference


def withdraw(session: Session, actor: Actor, reference: str, version: int) -> None:
    """Take a request back before anything is bought; its money returns to the purse."""
    row = lock_spend(session, reference)
    if row.requested_by != actor.staff_id:
        raise Refusal("Only the person who asked may withdraw a request")
    if row.version != version or row.state not in {State.RESERVED, State.WAITING, State.APPROVED}:
        raise changed_since(session, row)
    held = Account.COMMITTED if row.state == State.APPROVED else Account.RESERVED
    row.state = State.WITHDRAWN
    row.decided_at = row.decided_at or clock.now()
    move(session, row, "withdraw", (held, Account.AVAILABLE, row.amount_pence))
    note(session, row, f"Withdrew the request for {format_pence(row.amount_pence)}: {row.what}")
    resolve_alerts(session, WAITING, row.reference)
    resolve_alerts(session, DECIDED, row.reference)
    audit.record(session, "spend.withdraw", row.reference, family_id=row.family_id)


def _check(session: Session, family: FamilyView, wish: Wish) -> queries.PurseView:
    """What the form offers, checked again here: the family may have changed in between."""
    purses = {purse.id: purse for purse in queries.purses_to_ask(session, family.hub_id)}
    if wish.purse_id not in purses:
        raise Refusal("Choose one of the hub's purses for this year", "purse")
    if not wish.member_ids or not {member.id for member in family.members} >= set(wish.member_ids):
        raise Refusal("Choose who in this family it is for", "members")
    if wish.category not in categories():
        raise Refusal("Choose what kind of help it is", "category")
    if wish.paying not in PAYING:
        raise Refusal("Choose how it will be paid", "paying")
    if wish.needed_by < clock.today():
        raise Refusal("The date it is needed by must be today or later", "needed_by")
    if wish.vat_pence is not None and wish.vat_pence > wish.amount_pence:
        raise Refusal("The VAT must be less than the amount", "vat")
    return purses[wish.purse_id]


def _set_aside(session: Session, row: Spend, purse: queries.PurseView) -> None:
    try:
        with session.begin_nested():
            reserve = (Account.AVAILABLE, Account.RESERVED, row.amount_pence)
            move(session, row, "reserve", reserve)
    except IntegrityError as error:
        raise refuse_short(session, error, purse.id) from None
