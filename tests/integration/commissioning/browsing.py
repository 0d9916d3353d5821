"""What the tests of our pages do over and over."""

from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.commissioning import queries
from keywork.commissioning.queries import SpendView
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.commissioning import (
    Place,
)


def signed_in(client: PageClient, session: Session, actor: Actor) -> PageClient:
    """The browser of this person."""
    session.commit()
    return client.sign_in(actor.staff_id)


def asked(place: Place, **changes: Any) -> dict[str, Any]:
    """The ask form, filled in."""
    needed = place.wish.needed_by
    return {
        "category": "bed",
        "what": "cot and blackout blinds",
        "members": [str(member) for member in place.wish.member_ids],
        "goal": str(place.wish.goal),
        "amount": "85",
        "paying": "card",
        "needed_by-day": str(needed.day),
        "needed_by-month": str(needed.month),
        "needed_by-year": str(needed.year),
        "why": "Nobody sleeps",
        "submission": str(uuid4()),
    } | changes


def spends(session: Session, place: Place) -> list[queries.FamilySpend]:
    """The family's spends."""
    set_viewer(session, place.manager.viewer)
    return queries.family_spends(session, place.family.ids)


def new_page(place: Place) -> str:
    """Where money is asked for."""
    return f"/families/{place.family.reference}/money/new"


def decide_page(spend: SpendView) -> str:
    """Where a spend is decided."""
    return f"/spends/{spend.reference}/decide"
