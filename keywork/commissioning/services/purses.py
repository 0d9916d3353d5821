"""Opening a purse and putting money in."""

import re
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.commissioning.models import Purse
from keywork.commissioning.reference import funds
from keywork.kernel import audit
from keywork.kernel.errors import NotVisible, Refusal, explain_constraint
from keywork.ledger.services import Account, Move, open_book, post

explain_constraint(
    "purse_hub_id_fund_year_key", "Someone has just opened this purse. Send the form again", "fund"
)
explain_constraint("book_label_key", "Someone has just opened this purse. Send the form again")


def open_purse(session: Session, actor: Actor, hub_id: int, fund: str, year: int) -> str:
    """The reference of a hub's purse for a fund and a financial year, opened if there is none."""
    _service_leads_only(actor)
    known = funds().get(fund)
    if known is None:
        raise Refusal("Choose one of the funds", "fund")
    if not known.first_year <= year <= known.last_year:
        raise Refusal(f"{known.name} has no money for that year", "year")
    hub = next((hub for hub in accounts.hubs(session) if hub.id == hub_id), None)
    if hub is None:
        raise Refusal("Choose one of the hubs", "hub")
    there = session.scalar(
        select(Purse.reference).where(
            Purse.hub_id == hub_id, Purse.fund == fund, Purse.year == year
        )
    )
    if there is not None:
        return there
    reference = f"P-{re.sub('[^A-Z0-9]+', '-', hub.code.upper())}-{fund}-{year}"
    book_id = open_book(session, reference)
    session.add(Purse(reference=reference, hub_id=hub_id, fund=fund, year=year, book_id=book_id))
    session.flush()
    audit.record(session, "purse.open", reference)
    return reference


def allocate(session: Session, actor: Actor, reference: str, pence: int) -> None:
    """Put money into a purse from outside."""
    _service_leads_only(actor)
    purse = session.scalar(select(Purse).where(Purse.reference == reference))
    if purse is None:
        raise NotVisible
    move = Move(purse.book_id, Account.ALLOCATED, Account.AVAILABLE, pence)
    key = f"{reference}/allocate/{uuid4()}"
    post(session, key=key, act="allocate", reference=reference, moves=[move])
    audit.record(session, "purse.allocate", reference)


def _service_leads_only(actor: Actor) -> None:
    if not actor.has("service_lead"):
        raise Refusal("Only a service lead may put money in a purse")
