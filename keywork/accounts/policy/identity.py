"""What the council's identity provider says of a person, and what we make of it."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from keywork.accounts.policy.posts import AT_A_HUB, AT_NO_HUB, ROLE_NAMES

Named = tuple[str, str]
"""A role, and the code of its hub or nothing."""


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as the provider has signed it."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    groups: frozenset[str]
    amr: frozenset[str]
    acr: str


@dataclass(frozen=True)
class IdentityRules:
    """The rules that hold from a day."""

    since: date
    scope: str
    addresses_are_verified: bool
    second_step_amr: frozenset[str]
    second_step_acr: frozenset[str]
    posts_from_groups: bool
    groups_claim: str
    groups: Mapping[str, frozenset[Named]]
    """The posts that each group gives."""

    @property
    def governed(self) -> frozenset[str]:
        """The roles that the provider gives and takes."""
        return frozenset(role for posts in self.groups.values() for role, _ in posts)

    def posts(self, groups: Iterable[str]) -> set[Named]:
        """What these groups let somebody do; one that is not known lets them do nothing."""
        return {post for group in groups for post in self.groups.get(group, ())}

    def second_step(self, identity: Identity) -> bool:
        """Whether the provider has asked for more than a password."""
        return bool(identity.amr & self.second_step_amr) or identity.acr in self.second_step_acr

    def verified(self, identity: Identity) -> bool:
        """Whether the address is surely the person's."""
        return identity.email_verified or self.addresses_are_verified


def rules_on(path: Path, day: date) -> IdentityRules:
    """The rules of a file that hold on a day."""
    return max((r for r in _read(path) if r.since <= day), key=lambda found: found.since)


def identity_of(claims: Mapping[str, Any], groups_claim: str) -> Identity:
    """The claims of a verified token; what is not of the right kind counts as not said."""
    return Identity(
        issuer=_text(claims.get("iss")),
        subject=_text(claims.get("sub")),
        email=_text(claims.get("email")).strip(),
        email_verified=claims.get("email_verified") is True,
        groups=_texts(claims.get(groups_claim)),
        amr=_texts(claims.get("amr")),
        acr=_text(claims.get("acr")),
    )


@cache
def _read(path: Path) -> list[IdentityRules]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_rules(table) for table in data["rules"]]


def _rules(table: dict[str, Any]) -> IdentityRules:
    groups: dict[str, frozenset[Named]] = {}
    for group in table.get("group", []):
        post = (group["role"], group.get("hub", ""))
        if post[0] not in ROLE_NAMES:
            raise ValueError(f"identity policy: there is no role “{post[0]}”")
        if post[0] in (AT_NO_HUB if post[1] else AT_A_HUB):
            raise ValueError(f"identity policy: “{group['name']}” has a hub too many or too few")
        groups[group["name"]] = groups.get(group["name"], frozenset()) | {post}
    return IdentityRules(
        since=table["from"],
        scope=table["scope"],
        addresses_are_verified=table["addresses_are_verified"],
        second_step_amr=frozenset(table["second_step_amr"]),
        second_step_acr=frozenset(table["second_step_acr"]),
        posts_from_groups=table["posts_from_groups"],
        groups_claim=table["groups_claim"],
        groups=groups,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> frozenset[str]:
    listed = value if isinstance(value, list) else []
    return frozenset(text for text in listed if isinstance(text, str))
