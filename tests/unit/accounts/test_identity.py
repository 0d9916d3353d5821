"""What is made of the identity provider's words."""

from datetime import date
from pathlib import Path

import pytest

from config.settings import ROOT
from keywork.accounts.policy.identity import Identity, identity_of, rules_on

RULES = """
[[rules]]
from = {day}
scope = "openid email"
addresses_are_verified = {trusted}
second_step_amr = ["mfa"]
second_step_acr = ["high"]
posts_from_groups = true
groups_claim = "groups"
group = [{groups}]
"""


def said(**claims: object) -> Identity:
    """What a token says of somebody."""
    return identity_of({"iss": "i", "sub": "s"} | claims, "groups")


def test_the_rules_that_are_shipped_give_and_trust_nothing() -> None:
    rules = rules_on(ROOT / "config/policy/identity.toml", date(2026, 11, 23))
    assert not rules.posts_from_groups
    assert not rules.governed
    assert not rules.verified(said(email="a@b.test"))
    assert rules.second_step(said(amr=["pwd", "mfa"]))
    assert not rules.second_step(said(amr=["pwd"]))
    assert not rules.second_step(said())


def test_rules_hold_from_their_day_on(tmp_path: Path) -> None:
    file = tmp_path / "identity.toml"
    group = '{ name = "north", role = "key_worker", hub = "NORTH" }'
    file.write_text(
        RULES.format(day="2026-01-01", trusted="false", groups="")
        + RULES.format(day="2026-12-01", trusted="true", groups=group)
    )
    before, after = (rules_on(file, date(2026, month, 30)) for month in (11, 12))
    assert before.posts(["north"]) == set()
    assert after.posts(["north", "unheard-of"]) == {("key_worker", "NORTH")}
    assert (before.verified(said()), after.verified(said())) == (False, True)
    assert after.second_step(said(acr="high"))


@pytest.mark.parametrize(
    "group",
    [
        '{ name = "x", role = "king" }',
        '{ name = "x", role = "key_worker" }',
        '{ name = "x", role = "finance", hub = "NORTH" }',
    ],
)
def test_a_group_for_a_post_that_cannot_be_is_refused(tmp_path: Path, group: str) -> None:
    file = tmp_path / "identity.toml"
    file.write_text(RULES.format(day="2026-01-01", trusted="false", groups=group))
    with pytest.raises(ValueError, match="identity policy"):
        rules_on(file, date(2026, 11, 23))


@pytest.mark.parametrize("odd", [None, 7, {"a": 1}, [7, None], "north"])
def test_claims_of_the_wrong_kind_say_nothing(odd: object) -> None:
    found = said(email=odd, email_verified=odd, groups=odd, amr=odd, acr=[odd])
    assert not found.email_verified
    assert found.groups == found.amr == frozenset()
    assert found.acr == ""
