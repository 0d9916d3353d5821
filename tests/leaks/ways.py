"""Every address that a page can be got from, filled in for one family."""

import re
from itertools import pairwise
from uuid import uuid4

from flask import Flask
from werkzeug.routing import Rule

from tests.leaks.world import World

ELSEWHERE = ("static", "health.", "mailbox", "accounts.")
"""Endpoints that show nothing of any family."""

NOISE = (
    re.compile(r'name="submission"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="submission"'),
    re.compile(r'name="csrf_token"[^>]*value="[^"]*"'),
    re.compile(r"Reference: [0-9A-Z]{4}-[0-9A-Z]{4}"),
    # A hub's purse moves with each spend of any of its families, whoever may know of which.
    re.compile(r"£[\d,.]+(</strong>)? (left in|available)|; at this rate it lasts to [^<.]*"),
)
"""What differs each time a page is made, or whenever a colleague buys something."""

MOVING = re.compile(r"^/purses|/audit")
"""Where each spend of the hub is a line for those who keep the purse, and each look a line
for those who watch: they differ, and hold nothing of what is hidden all the same."""


def ways(app: Flask) -> list[Rule]:
    """The rules that answer GET and may show something of a family."""
    return sorted(
        (
            rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.endpoint.startswith(ELSEWHERE)
        ),
        key=str,
    )


def addresses(app: Flask, world: World) -> list[str]:
    """An address for each way there is into what this family holds, and questions to ask there."""
    paths = [
        path for rule in ways(app) for pick in range(2) if (path := _address(world, rule, pick))
    ]
    asked = [path + more for path in paths for more in QUESTIONS if path.endswith(ASKED)]
    return sorted({*paths, *asked})


ASKED = ("/chronology", "/find")
QUESTIONS = ("?q=zqhidden", "?kind=visit", "?kind=spend", "?kind=need", "?page=1")


def _address(world: World, rule: Rule, pick: int) -> str | None:
    values: dict[str, object] = {}
    for name in rule.arguments:
        found = _candidates(world, rule, name)
        if not found:
            return None
        values[name] = found[pick % len(found)]
    built = rule.build(values, append_unknown=False)
    return built[1] if built else None


def of_things(rule: Rule) -> set[str]:
    """What the thing is called whose uid or reference is in an address of the rule."""
    for before, part in pairwise(str(rule).strip("/").split("/")):
        if part in {"<uuid:uid>", "<reference>"} and before not in {"families", "purses"}:
            return set(PLACES) if before == "<what>" else {before}
    return set()


def with_thing(world: World, rule: Rule, called: str, thing: str) -> str | None:
    """The rule's address for this thing of the family."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        if name == "uid" or (name == "reference" and called == "spends"):
            values[name] = thing
        elif name == "what":
            values[name] = called
        elif found := _candidates(world, rule, name):
            values[name] = found[0]
        else:
            return None
    built = rule.build(values, append_unknown=False)
    return built[1] if built else None


def nothing(thing: str) -> str:
    """A thing of the same sort that there is not."""
    return "S-" + "2" * 7 if thing.startswith("S-") else str(uuid4())


def _candidates(world: World, rule: Rule, name: str) -> list[object]:
    room = str(rule).split("/")[1]
    held: dict[tuple[str, str], list[object]] = {
        ("families", "reference"): [world.family.reference],
        ("purses", "reference"): [world.place.purse],
        ("spends", "reference"): [*world.found.get("spends", [])],
        (room, "member"): [member.uid for member in world.family.members],
        (room, "uid"): [uid for name in of_things(rule) for uid in world.found.get(name, [])],
        (room, "what"): [name for name in PLACES if name in world.found],
    }
    if name in {"reference", "member", "uid", "what"}:
        return held.get((room, name), [])
    return sorted(getattr(rule._converters[name], "items", ())) or SAMPLES.get(name, [])


PLACES = ("addresses", "contacts", "affiliations")
SAMPLES: dict[str, list[object]] = {
    "section": ["names", "birth", "about", "numbers"],
    "account": ["available", "reserved", "committed", "spent"],
    "task": ["visit", "money"],
    "other": [],
}


def plain(body: str) -> str:
    """A page without what differs each time."""
    for noise in NOISE:
        body = noise.sub("", body)
    return body
