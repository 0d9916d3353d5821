"""What a copy is made of: values in, values out."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

PARTS: Final = {
    "plan": "Their plan",
    "facts": "What is recorded about them",
    "chronology": "What happened, between two days",
}
TITLES: Final = {"plan": "Your plan"}
"""Of a copy of this part alone."""

WAYS: Final = {
    "in_person": "I give it to them myself",
    "post": "I post it to them",
    "email": "I send it to them by e-mail",
}
"""How it gets to them; keywork never sends it."""

WAY_DONE: Final = {
    "in_person": "Given in person.",
    "post": "Sent by post.",
    "email": "Sent by e-mail.",
}


@dataclass(frozen=True)
class Asked:
    """Which parts of the record, and between which days for the chronology."""

    parts: Collection[str]
    since: date
    until: date


@dataclass(frozen=True)
class Item:
    """One thing that could be in the copy, and can be left out of it."""

    key: str
    kind: str
    """need, goal, action, next_on, team, fact or entry."""

    title: str
    text: str
    """All there is to it, for the practitioner to read."""

    printed: dict[str, Any] = field(default_factory=dict)
    """What the page is made of."""

    under: str = ""
    """The key of what it is printed under: an action's goal."""

    protected: bool = False
    suggested: bool = True
    """Whether it is in the copy unless somebody leaves it out."""

    @property
    def part(self) -> str:
        """The part of the record that it belongs to."""
        return {"fact": "facts", "entry": "chronology"}.get(self.kind, "plan")


def fingerprint(items: Sequence[Item]) -> str:
    """Says whether what can be in the copy is still the same."""
    told = json.dumps([asdict(item) for item in items], default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def chosen(items: Sequence[Item], keys: Collection[str]) -> list[Item]:
    """Those of the keys; what is printed under something goes with it."""
    kept = [item for item in items if item.key in keys]
    known = {item.key for item in kept}
    return [item for item in kept if not item.under or item.under in known]


def pages(items: Sequence[Item]) -> dict[str, Any]:
    """The items as the template `record` takes them; what there is none of is not named."""

    def of(kind: str) -> list[dict[str, Any]]:
        return [item.printed for item in items if item.kind == kind]

    actions: dict[str, list[Any]] = {}
    for item in items:
        if item.kind == "action":
            actions.setdefault(item.under, []).append(item.printed["row"])
    goals = [
        item.printed | {"actions": actions.get(item.key, [])}
        for item in items
        if item.kind == "goal"
    ]
    plan = {
        "needs": of("need"),
        "goals": goals,
        "team": [row["row"] for row in of("team")],
        "next_on": "".join(said["text"] for said in of("next_on")),
    }
    facts: dict[str, list[Any]] = {}
    for fact in of("fact"):
        facts.setdefault(fact["heading"], []).append(fact["row"])
    found = {
        "plan": {name: value for name, value in plan.items() if value},
        "facts": [{"heading": heading, "rows": rows} for heading, rows in facts.items()],
        "entries": of("entry"),
    }
    return {name: value for name, value in found.items() if value}
