"""The approval policy in force, and the facts it is applied to."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import any_, func, literal, or_, select
from sqlalchemy.orm import Session

from keywork.commissioning.models import DROPPED, PolicyVersion, Purchase, Spend
from keywork.commissioning.policy import (
    DECIDER_NAMES,
    ApprovalPolicy,
    Facts,
    Outcome,
    assess,
    parse_policy,
)
from keywork.commissioning.queries.purses import PurseView
from keywork.commissioning.reference import categories, funds
from keywork.families.queries import in_record, records_of
from keywork.kernel import clock
from keywork.kernel.viewer import practitioner


@dataclass(frozen=True)
class FiledPolicy:
    """A version of the approval policy."""

    id: int
    rules: ApprovalPolicy


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to spend, as far as policy cares."""

    family_id: int
    asker_id: int
    roles: frozenset[str]
    fund: str
    category: str
    amount_pence: int


@dataclass(frozen=True)
class Forecast:
    """What would become of a wish."""

    approved: bool
    reasons: tuple[str, ...]
    decider: str
    hours: int
    """Working hours in which a person usually decides."""

    short: bool
    """Whether the purse has not enough money."""


def current_policy(session: Session) -> FiledPolicy:
    """The policy in force today. Raises LookupError when none has been loaded."""
    row = session.scalar(
        select(PolicyVersion)
        .where(PolicyVersion.valid_from <= clock.today())
        .order_by(PolicyVersion.valid_from.desc(), PolicyVersion.id.desc())
        .limit(1)
    )
    if row is None:
        raise LookupError("no approval policy is in force: run `keywork policy load`")
    return FiledPolicy(row.id, parse_policy(row.document))


def limit_at_once(session: Session, roles: frozenset[str]) -> int:
    """Up to how many pence a wish of somebody with these roles can be approved at once, today."""
    return current_policy(session).rules.limit_of(roles)


def policy_version(session: Session, version_id: int) -> FiledPolicy:
    """The policy that a spend was decided by."""
    row = session.get_one(PolicyVersion, version_id)
    return FiledPolicy(row.id, parse_policy(row.document))


def forecast(session: Session, wanted: Wanted, purse: PurseView) -> Forecast:
    """What policy would do with a wish if it were asked for now, as its asker may know it."""
    policy = current_policy(session).rules
    found = assess(policy, facts(session, policy, wanted))
    return Forecast(
        approved=found.outcome == Outcome.APPROVE,
        reasons=tuple(rule.to_asker for rule in found.fired),
        decider=DECIDER_NAMES[found.decider],
        hours=policy.deadlines.decide_hours,
        short=wanted.amount_pence > purse.balances.available,
    )


def facts(
    session: Session, policy: ApprovalPolicy, wanted: Wanted, leave_out: int | None = None
) -> Facts:
    """The facts for a wish, `leave_out` being the spend that has come of it already.

    Earlier spends count only as far as the asker may read them, whoever is looking now: the rules
    that fire are shown to the asker, and must not betray a spend that is protected from them.
    """
    since = clock.now() - timedelta(weeks=policy.family.weeks)
    recently = clock.now() - timedelta(days=policy.split.days)
    asker = literal(practitioner(wanted.asker_id))
    cost = func.coalesce(Purchase.paid_pence, Spend.amount_pence)
    same_kind = (Spend.category == wanted.category) & (Spend.requested_at > recently)
    sums = session.execute(
        select(
            func.coalesce(func.sum(cost), 0),
            func.coalesce(func.sum(cost).filter(same_kind), 0),
        )
        .select_from(Spend)
        .outerjoin(Purchase, Purchase.spend_id == Spend.id)
        .where(
            in_record(Spend.family_id, records_of(session, wanted.family_id)),
            Spend.requested_at > since,
            Spend.state.not_in(DROPPED),
            Spend.id != (leave_out or 0),
            or_(Spend.visibility == "team", asker == any_(Spend.readers)),
        )
    ).one()
    return Facts(
        amount_pence=wanted.amount_pence,
        roles=wanted.roles,
        category=wanted.category,
        category_name=categories()[wanted.category],
        fund=wanted.fund,
        fund_name=funds()[wanted.fund].name,
        family_pence=int(sums[0]),
        same_kind_pence=int(sums[1]),
    )
