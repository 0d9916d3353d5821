"""What becomes of a request that nobody decides in time."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.commissioning import queries
from keywork.commissioning.models import Purse, Spend, State
from keywork.commissioning.services.common import move, note
from keywork.commissioning.services.deciding import tell_asker, tell_deciders
from keywork.kernel import audit, clock
from keywork.kernel.money import format_pence
from keywork.ledger.services import Account


def escalate_overdue(session: Session) -> None:
    """Hand overdue decisions on to the next role, once, and let lapse what nobody decided at all.

    For the background worker, which runs it every few minutes.
    """
    now = clock.now()
    rows = session.execute(
        select(Spend, Purse.hub_id)
        .join(Purse, Purse.id == Spend.purse_id)
        .where(Spend.state == State.WAITING, Spend.decide_by < now)
        .order_by(Spend.id)
        .with_for_update(of=Spend, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row, hub_id in rows:
        if row.lapse_at and row.lapse_at < now:
            _lapse(session, row)
        elif row.escalated_at is None:
            _escalate(session, row, hub_id)


def _escalate(session: Session, row: Spend, hub_id: int) -> None:
    policy = queries.policy_version(session, row.policy_version_id or 0).rules
    following = policy.next_decider(row.decider_role or "")
    if following is None:
        return
    row.decider_role = following
    row.escalated_at = clock.now()
    row.decide_by = clock.working_time().deadline(clock.now(), policy.deadlines.decide_hours)
    tell_deciders(session, row, hub_id)
    audit.record(session, "spend.escalate", row.reference, family_id=row.family_id)


def _lapse(session: Session, row: Spend) -> None:
    row.state = State.LAPSED
    row.decided_at = clock.now()
    move(session, row, "lapse", (Account.RESERVED, Account.AVAILABLE, row.amount_pence))
    amount = format_pence(row.amount_pence)
    note(session, row, f"The request for {amount} lapsed, undecided: {row.what}")
    tell_asker(session, row, "not decided in time. Ask again if it is still needed")
    audit.record(session, "spend.lapse", row.reference, family_id=row.family_id)
