"""Deciding a spend: by policy, or by a person."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.alerts.services import raise_alert, resolve_alerts
from keywork.commissioning import queries
from keywork.commissioning.models import Purse, Spend, State
from keywork.commissioning.policy import Outcome, assess, may_decide
from keywork.commissioning.services.common import (
    DECIDED,
    TASK,
    WAITING,
    changed_since,
    lock_spend,
    move,
    note,
)
from keywork.families import queries as families
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal, explain_constraint
from keywork.kernel.money import format_pence
from keywork.kernel.viewer import acting_as
from keywork.ledger.services import Account

explain_constraint("spend_not_decided_by_asker", "You cannot decide your own request")
explain_constraint(
    "spend_not_decided_in_cover_of_asker",
    "You stand in for whoever asked for this, so somebody else decides it",
)


def decide(session: Session, spend_id: int) -> None:
    """Apply the approval policy to a spend: approve it at once, or have a person decide.

    For the background worker. What policy has looked at already is left as it is, so a second
    delivery does nothing.
    """
    row = session.scalar(
        select(Spend)
        .where(Spend.id == spend_id, Spend.state == State.RESERVED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        return
    policy = queries.current_policy(session)
    purse = queries.purse_by_id(session, row.purse_id)
    asker = accounts.actor(session, row.requested_by)
    wanted = queries.Wanted(
        family_id=row.family_id,
        asker_id=row.requested_by,
        roles=asker.roles if asker else frozenset(),
        fund=purse.fund,
        category=row.category,
        amount_pence=row.amount_pence,
    )
    found = assess(policy.rules, queries.facts(session, policy.rules, wanted, leave_out=row.id))
    row.policy_version_id = policy.id
    row.fired = [asdict(rule) for rule in found.fired]
    if found.outcome == Outcome.APPROVE:
        reasons = "; ".join(rule.sentence for rule in found.fired)
        _approve(session, row, f"Approved by policy, {reasons}")
        return
    role = found.decider
    if role == "hub_manager" and not _deciders(session, role, purse.hub_id, row):
        role = "service_lead"
    row.state = State.WAITING
    row.decider_role = role
    working = clock.working_time()
    row.decide_by = working.deadline(clock.now(), policy.rules.deadlines.decide_hours)
    row.lapse_at = working.deadline(clock.now(), policy.rules.deadlines.lapse_hours)
    tell_deciders(session, row, purse.hub_id)
    audit.record(session, "spend.route", row.reference, family_id=row.family_id)


def approve(session: Session, actor: Actor, reference: str, version: int, reason: str = "") -> None:
    """Approve a waiting spend; the asker is told."""
    row = _to_decide(session, actor, reference, version)
    _decided(row, actor, reason)
    because = f": {reason}" if reason else ""
    _approve(session, row, f"{actor.name} approved{because}")
    tell_asker(session, row, "approved")
    audit.record(session, "spend.approve", row.reference, family_id=row.family_id)


def decline(session: Session, actor: Actor, reference: str, version: int, reason: str) -> None:
    """Decline a waiting spend, saying why; its money returns to the purse, the asker is told."""
    row = _to_decide(session, actor, reference, version)
    if not reason.strip():
        raise Refusal("Say why you decline it", "reason")
    _decided(row, actor, reason)
    row.state = State.DECLINED
    move(session, row, "decline", (Account.RESERVED, Account.AVAILABLE, row.amount_pence))
    with acting_as(session, TASK):
        amount = format_pence(row.amount_pence)
        note(session, row, f"{actor.name} declined {amount}: {row.what}. {reason}")
    tell_asker(session, row, "declined")
    audit.record(session, "spend.decline", row.reference, family_id=row.family_id)


def tell_deciders(session: Session, row: Spend, hub_id: int) -> None:
    """Alert the people who may decide a waiting spend."""
    role = row.decider_role or "service_lead"
    raise_alert(
        session,
        kind=WAITING,
        subject=row.reference,
        about_family_id=row.family_id,
        staff_ids=_deciders(session, role, hub_id, row),
        path=f"/spends/{row.reference}/decide",
        line=f"A request for {format_pence(row.amount_pence)} waits for your decision",
    )


def tell_asker(session: Session, row: Spend, outcome: str) -> None:
    """The request waits no more: tell the asker, and take it out of the deciders' inboxes."""
    resolve_alerts(session, WAITING, row.reference)
    raise_alert(
        session,
        kind=DECIDED,
        subject=row.reference,
        about_family_id=row.family_id,
        staff_ids=[row.requested_by],
        path=f"/spends/{row.reference}",
        line=f"Your request for {format_pence(row.amount_pence)} was {outcome}",
    )


def _to_decide(session: Session, actor: Actor, reference: str, version: int) -> Spend:
    row = lock_spend(session, reference)
    if row.requested_by == actor.staff_id:
        raise Refusal("You cannot decide your own request")
    if row.version != version or row.state != State.WAITING:
        raise changed_since(session, row)
    hub_id = session.scalars(select(Purse.hub_id).where(Purse.id == row.purse_id)).one()
    if not may_decide(
        actor,
        asker_id=row.requested_by,
        hub_id=hub_id,
        decider_role=row.decider_role,
        escalated=row.escalated_at is not None,
    ):
        raise Refusal("This request is not yours to decide")
    return row


def _decided(row: Spend, actor: Actor, reason: str) -> None:
    row.decided_by = actor.staff_id
    row.decision_reason = reason.strip()
    row.decided_at = clock.now()


def _approve(session: Session, row: Spend, said: str) -> None:
    row.state = State.APPROVED
    row.decided_at = clock.now()
    move(session, row, "approve", (Account.RESERVED, Account.COMMITTED, row.amount_pence))
    with acting_as(session, TASK):
        note(session, row, f"{said}: {format_pence(row.amount_pence)} for {row.what}")


def _deciders(session: Session, role: str, hub_id: int, row: Spend) -> list[int]:
    """Who may decide it: not the asker, nor who has a conflict of interest in the family."""
    if role == "hub_manager":
        people = accounts.staff_at(session, hub_id, role)
    else:
        people = accounts.staff_with(session, role)
    others = {row.requested_by, *families.barred_staff(session, row.family_id)}
    return [person.id for person in people if person.id not in others]
