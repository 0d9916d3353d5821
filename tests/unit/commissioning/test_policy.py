"""The approval policy: what it does with facts, and what holds for any policy."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import ROOT
from keywork.accounts.policy import Actor
from keywork.commissioning.policy import (
    ApprovalPolicy,
    Facts,
    Outcome,
    assess,
    may_decide,
    parse_policy,
)
from keywork.commissioning.reference import categories, funds

DOCUMENT = (ROOT / "config" / "policy" / "approval.toml").read_text(encoding="utf-8")
POLICY = parse_policy(DOCUMENT)
ROLES = ("key_worker", "specialist", "hub_manager", "health_visitor")
BED = Facts(
    amount_pence=85_00,
    roles=frozenset({"key_worker"}),
    category="bed",
    category_name="Beds, cots and bedding",
    fund="EH",
    fund_name="Early help",
    family_pence=0,
    same_kind_pence=0,
)

pence = st.integers(1, 2_000_00)
limits = st.integers(0, 1_000_00)
kinds = st.sampled_from(["bed", "food", "deposit", "course"])
wishes = st.builds(
    lambda amount, roles, kind, same, more: replace(
        BED,
        amount_pence=amount,
        roles=frozenset(roles),
        category=kind,
        same_kind_pence=same,
        family_pence=same + more,
    ),
    pence,
    st.sets(st.sampled_from(ROLES)),
    kinds,
    st.integers(0, 500_00),
    st.integers(0, 500_00),
)
policies = st.builds(
    lambda at_once, always, by_kind, family: POLICY.model_copy(
        update={
            "at_once": at_once,
            "always_a_person": frozenset(always),
            "category_limits": by_kind,
            "family": POLICY.family.model_copy(update={"limit": family}),
        }
    ),
    st.dictionaries(st.sampled_from(ROLES), limits),
    st.sets(kinds),
    st.dictionaries(kinds, limits),
    limits,
)


def test_the_policy_speaks_of_what_there_is() -> None:
    assert POLICY.always_a_person | POLICY.category_limits.keys() <= categories().keys()
    assert POLICY.fund_limits.keys() <= funds().keys()


def test_within_the_limit() -> None:
    found = assess(POLICY, BED)
    assert found.outcome == Outcome.APPROVE
    assert [rule.sentence for rule in found.fired] == ["within the £100 limit"]


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"amount_pence": 100_01}, "over_limit", "over the £100 limit"),
        (
            {"category": "deposit", "category_name": "Deposits"},
            "always_a_person",
            "Deposits always needs a person to decide",
        ),
        (
            {"category": "food", "category_name": "Food and toiletries"},
            "kind_limit",
            "over the £60 limit for Food and toiletries",
        ),
        (
            {"same_kind_pence": 20_00, "family_pence": 20_00},
            "split",
            "with £20 asked for the same kind of help in the last 7 days it is over the £100 limit",
        ),
        (
            {"family_pence": 250_50},
            "family_limit",
            "it would bring this family to £335.50 in 12 weeks, over £300",
        ),
    ],
)
def test_why_a_person_decides(changes: dict[str, object], code: str, sentence: str) -> None:
    found = assess(POLICY, replace(BED, **changes))  # type: ignore[arg-type]
    assert found.outcome == Outcome.ASK
    assert [(rule.code, rule.sentence) for rule in found.fired] == [(code, sentence)]


def test_who_has_no_limit_is_always_sent_to_a_person() -> None:
    assert assess(POLICY, replace(BED, roles=frozenset())).outcome == Outcome.ASK


def test_the_asker_is_told_of_their_own_limit() -> None:
    rules = assess(POLICY, replace(BED, amount_pence=150_00, family_pence=200_00)).fired
    assert [rule.to_asker for rule in rules] == ["over your £100 limit", rules[1].sentence]


def test_who_decides_how_much() -> None:
    assert POLICY.decider_of(500_00) == "hub_manager"
    assert POLICY.decider_of(500_01) == "service_lead"
    assert POLICY.next_decider("hub_manager") == "service_lead"
    assert POLICY.next_decider("service_lead") is None


def test_a_purchase_may_cost_a_little_more() -> None:
    assert POLICY.overrun_of(85_00) == 8_50
    assert POLICY.overrun_of(500_00) == 10_00


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("valid_from = 2026-04-01", "valid_from = 'spring'"),
        ("key_worker = 100_00", "key_worker = 100.00"),
        ("key_worker = 100_00", "key_worker = -1"),
        ("percent = 10", "percent = 110"),
        ("lapse_hours = 80", "lapse_hours = 4"),
        ('role = "service_lead"', 'role = "service_lead"\nlimit = 5'),
        ('role = "hub_manager"', 'role = "finance"'),
        ("weeks = 12", "weeks = 12\nmonths = 3"),
        ("valid_from = 2026", "valid from = 2026"),
    ],
)
def test_a_wrong_policy_is_refused(old: str, new: str) -> None:
    assert old in DOCUMENT
    with pytest.raises(ValueError, match=r"."):
        parse_policy(DOCUMENT.replace(old, new, 1))


@given(policies, wishes)
def test_it_always_says_why(policy: ApprovalPolicy, facts: Facts) -> None:
    found = assess(policy, facts)
    assert found.fired
    assert (found.outcome == Outcome.APPROVE) == (found.fired[0].code == "within_limit")
    assert all(rule.sentence == rule.sentence.strip() != "" for rule in found.fired)


@given(policies, wishes, st.integers(0, 500_00), st.integers(0, 500_00), st.integers(0, 500_00))
def test_more_money_is_never_easier_to_get(
    policy: ApprovalPolicy, facts: Facts, amount: int, same: int, family: int
) -> None:
    more = replace(
        facts,
        amount_pence=facts.amount_pence + amount,
        same_kind_pence=facts.same_kind_pence + same,
        family_pence=facts.family_pence + same + family,
    )
    if assess(policy, facts).outcome == Outcome.ASK:
        assert assess(policy, more).outcome == Outcome.ASK


@given(policies, wishes, st.sampled_from(ROLES))
def test_another_role_never_takes_a_limit_away(
    policy: ApprovalPolicy, facts: Facts, role: str
) -> None:
    if assess(policy, facts).outcome == Outcome.APPROVE:
        more = replace(facts, roles=facts.roles | {role})
        assert assess(policy, more).outcome == Outcome.APPROVE


@given(policies, wishes)
def test_at_once_means_within_every_limit(policy: ApprovalPolicy, facts: Facts) -> None:
    if assess(policy, facts).outcome == Outcome.APPROVE:
        assert facts.amount_pence <= policy.limit_of(facts.roles)
        assert facts.amount_pence + facts.family_pence <= policy.family.limit
        assert facts.category not in policy.always_a_person


@given(st.integers(1, 10_000_00))
def test_splitting_a_purchase_does_not_help(amount: int) -> None:
    limit = POLICY.limit_of(BED.roles)
    first = replace(BED, amount_pence=min(amount, limit))
    rest = amount - first.amount_pence
    if rest:
        second = replace(
            BED,
            amount_pence=rest,
            same_kind_pence=first.amount_pence,
            family_pence=first.amount_pence,
        )
        assert assess(POLICY, second).outcome == Outcome.ASK


def actor(staff_id: int, *roles: str, manages: int | None = None) -> Actor:
    """Somebody with these roles."""
    managed = frozenset({manages}) if manages else frozenset()
    return Actor(staff_id, "A", "a@example.test", frozenset(roles), managed, managed)


@pytest.mark.parametrize(
    ("who", "role", "escalated", "expected"),
    [
        (actor(1, "hub_manager", manages=7), "hub_manager", False, False),
        (actor(2, "hub_manager", manages=7), "hub_manager", False, True),
        (actor(2, "hub_manager", manages=8), "hub_manager", False, False),
        (actor(2, "hub_manager", manages=7), "service_lead", False, False),
        (actor(2, "hub_manager", manages=7), "service_lead", True, True),
        (actor(3, "service_lead"), "service_lead", False, True),
        (actor(3, "service_lead"), "hub_manager", False, False),
        (actor(1, "service_lead"), "service_lead", True, False),
        (actor(4, "key_worker"), "hub_manager", False, False),
        (actor(4, "finance"), "service_lead", True, False),
    ],
)
def test_who_may_decide(who: Actor, role: str, escalated: bool, expected: bool) -> None:
    found = may_decide(who, asker_id=1, hub_id=7, decider_role=role, escalated=escalated)
    assert found == expected
