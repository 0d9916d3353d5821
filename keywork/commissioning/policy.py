"""The approval policy: dated rules that approve a spend at once, or say why a person decides it.

Pure: rules and facts in, an assessment out. Amounts are whole pence.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keywork.accounts.policy import Actor
from keywork.kernel.money import format_pence

Pence = Annotated[int, Field(ge=0, strict=True)]
Count = Annotated[int, Field(gt=0, strict=True)]
DeciderRole = Literal["hub_manager", "service_lead"]

DECIDER_NAMES: dict[str, str] = {"hub_manager": "hub manager", "service_lead": "service lead"}


class Outcome(StrEnum):
    """What policy does with a spend."""

    APPROVE = "approve"
    ASK = "ask"


@dataclass(frozen=True)
class Rule:
    """A rule that fired, in words."""

    code: str
    sentence: str

    @property
    def to_asker(self) -> str:
        """The words for the person who asks: it is their own limit that they are within or over."""
        own = self.code in {"within_limit", "over_limit"}
        return self.sentence.replace("the ", "your ", 1) if own else self.sentence


@dataclass(frozen=True)
class Facts:
    """What policy needs to know of a spend. Earlier amounts leave this spend out."""

    amount_pence: int
    roles: frozenset[str]
    """The roles of the person who asks."""

    category: str
    category_name: str
    fund: str
    fund_name: str
    family_pence: int
    """Asked for this family in the policy's rolling weeks, and not declined or withdrawn."""

    same_kind_pence: int
    """The part of it for the same kind of help in the days that count as one purchase."""


@dataclass(frozen=True)
class Assessment:
    """What policy does with a spend, the rules that fired, and who decides if a person must."""

    outcome: Outcome
    fired: tuple[Rule, ...]
    decider: DeciderRole


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FamilyLimit(_Part):
    """What one family may be helped with at once in a rolling period."""

    weeks: Count
    limit: Pence


class Split(_Part):
    """The days in which several spends of one kind count as one."""

    days: Count


class Decider(_Part):
    """A role that decides, and up to how much; without a limit, anything."""

    role: DeciderRole
    limit: Pence | None = None


class Deadlines(_Part):
    """Working hours until a decision is due, and until an undecided request lapses."""

    decide_hours: Count
    lapse_hours: Count


class Tolerance(_Part):
    """How much more than approved a purchase may cost: the lesser of the two."""

    percent: Annotated[int, Field(ge=0, le=100, strict=True)]
    limit: Pence


class ApprovalPolicy(_Part):
    """One dated version of the rules, as in config/policy/approval.toml."""

    valid_from: date
    always_a_person: frozenset[str]
    at_once: dict[str, Pence]
    category_limits: dict[str, Pence]
    fund_limits: dict[str, Pence]
    family: FamilyLimit
    split: Split
    deciders: tuple[Decider, ...]
    deadlines: Deadlines
    tolerance: Tolerance

    @model_validator(mode="after")
    def _somebody_decides_everything(self) -> "ApprovalPolicy":
        if not self.deciders or self.deciders[-1].limit is not None:
            raise ValueError("the last of the deciders must have no limit")
        if self.deadlines.lapse_hours <= self.deadlines.decide_hours:
            raise ValueError("lapse_hours must be more than decide_hours")
        return self

    def limit_of(self, roles: frozenset[str]) -> int:
        """How much is approved at once for a person with these roles: the highest of theirs."""
        return max((self.at_once.get(role, 0) for role in roles), default=0)

    def decider_of(self, amount_pence: int) -> DeciderRole:
        """The first role that may decide this amount."""
        able = (d.role for d in self.deciders if d.limit is None or amount_pence <= d.limit)
        return next(able)

    def next_decider(self, role: str) -> DeciderRole | None:
        """The role that an overdue decision goes to; None when it is with the last already."""
        path = [decider.role for decider in self.deciders]
        after = path[path.index(role) + 1 :] if role in path else path[-1:]
        return after[0] if after else None

    def overrun_of(self, amount_pence: int) -> int:
        """How much more than an approved amount a purchase may cost."""
        return min(amount_pence * self.tolerance.percent // 100, self.tolerance.limit)


def parse_policy(document: str) -> ApprovalPolicy:
    """The policy in a TOML document. Raises ValueError saying what is wrong with it."""
    return ApprovalPolicy.model_validate(tomllib.loads(document))


def assess(policy: ApprovalPolicy, facts: Facts) -> Assessment:
    """Approve at once unless a rule wants a person to decide."""
    decider = policy.decider_of(facts.amount_pence)
    fired = tuple(_wants_a_person(policy, facts))
    if fired:
        return Assessment(Outcome.ASK, fired, decider)
    limit = round_pounds(policy.limit_of(facts.roles))
    return Assessment(
        Outcome.APPROVE, (Rule("within_limit", f"within the {limit} limit"),), decider
    )


def round_pounds(pence: int) -> str:
    """An amount for a sentence: £100, or £12.50."""
    return format_pence(pence).removesuffix(".00")


def _wants_a_person(policy: ApprovalPolicy, facts: Facts) -> Iterator[Rule]:
    amount, limit = facts.amount_pence, policy.limit_of(facts.roles)
    if facts.category in policy.always_a_person:
        yield Rule("always_a_person", f"{facts.category_name} always needs a person to decide")
    if amount > limit:
        yield Rule("over_limit", f"over the {round_pounds(limit)} limit")
    elif facts.same_kind_pence > 0 and facts.same_kind_pence + amount > limit:
        yield Rule(
            "split",
            f"with {round_pounds(facts.same_kind_pence)} asked for the same kind of help in the"
            f" last {policy.split.days} days it is over the {round_pounds(limit)} limit",
        )
    for code, name, limits in (
        (facts.category, facts.category_name, policy.category_limits),
        (facts.fund, facts.fund_name, policy.fund_limits),
    ):
        if code in limits and amount > limits[code]:
            yield Rule("kind_limit", f"over the {round_pounds(limits[code])} limit for {name}")
    family = facts.family_pence + amount
    if family > policy.family.limit:
        yield Rule(
            "family_limit",
            f"it would bring this family to {round_pounds(family)} in {policy.family.weeks} weeks,"
            f" over {round_pounds(policy.family.limit)}",
        )


def sees_every_purse(actor: Actor) -> bool:
    """Whether the actor sees the purses of all hubs: finance and service leads."""
    return actor.has("finance", "service_lead")


def sees_postings(actor: Actor, hub_id: int) -> bool:
    """Whether the actor sees the postings of this hub's purses: also its hub manager."""
    return sees_every_purse(actor) or hub_id in actor.managed_hub_ids


def may_decide(
    actor: Actor, *, asker_id: int, hub_id: int, decider_role: str | None, escalated: bool
) -> bool:
    """Whether a waiting spend is this actor's to decide; never their own.

    What has gone on from the hub manager to the service leads stays hers to decide as well.
    """
    if actor.staff_id == asker_id:
        return False
    if decider_role == "service_lead" and actor.has("service_lead"):
        return True
    return hub_id in actor.managed_hub_ids and (decider_role == "hub_manager" or escalated)
