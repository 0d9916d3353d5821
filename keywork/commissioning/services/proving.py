"""Proving, each night, that the money is where the records say."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.alerts.services import raise_alert, resolve_alerts
from keywork.ledger import queries as ledger

_BROKEN: Final = "ledger.broken"

INVARIANTS: Final = {
    "Every undecided spend has its amount reserved, and nothing else.": """
        SELECT reference FROM spend_held WHERE state IN ('reserved', 'waiting')
        AND (reserved, committed, spent) IS DISTINCT FROM (amount_pence, 0, 0)""",
    "Every approved spend has its amount committed, and nothing else.": """
        SELECT reference FROM spend_held WHERE state = 'approved'
        AND (reserved, committed, spent) IS DISTINCT FROM (0, amount_pence, 0)""",
    "Every purchase has what was paid in spent, and nothing else.": """
        SELECT reference FROM spend_held WHERE state IN ('bought', 'evidenced')
        AND (reserved, committed, spent) IS DISTINCT FROM (0, 0, paid_pence)""",
    "What was declined, withdrawn or lapsed holds no money.": """
        SELECT reference FROM spend_held WHERE state IN ('declined', 'withdrawn', 'lapsed')
        AND (reserved, committed, spent) IS DISTINCT FROM (0, 0, 0)""",
    "Every spend moves money in its own purse alone.": """
        SELECT reference FROM spend_held WHERE elsewhere""",
    "Every entry in the journal is of a spend or a purse.": """
        SELECT j.reference FROM journal_entry j
        LEFT JOIN spend s ON s.reference = j.reference
        LEFT JOIN purse u ON u.reference = j.reference
        WHERE s.id IS NULL AND u.id IS NULL""",
}
"""What is always true of spends and the journal; each query finds what breaks the sentence."""


def prove_ledger(session: Session) -> list[str]:
    """The sentences about the money that do not hold; service leads and finance are told.

    The session must read as `task:commissioning`, which sees every spend.
    """
    broken = ledger.broken_invariants(session) + [
        sentence
        for sentence, query in INVARIANTS.items()
        if session.execute(text(query)).first() is not None
    ]
    if not broken:
        resolve_alerts(session, _BROKEN, "ledger")
        return []
    people = accounts.staff_with(session, "service_lead") + accounts.staff_with(session, "finance")
    raise_alert(
        session,
        kind=_BROKEN,
        subject="ledger",
        about_family_id=None,
        staff_ids=[person.id for person in people],
        path="/purses",
        line=f"The books do not agree with the records: {len(broken)} of the nightly checks failed",
    )
    return broken
