"""Who are parents together: what lines of descent hang from."""

from collections.abc import Iterable

from keywork.families.genogram.facts import Couple, Facts, Union

KINDS = (
    "birth_parent",
    "adoptive_parent",
    "sibling",
    "half_sibling",
    "step_parent",
    "special_guardian",
    "foster_carer",
    "carer",
    "grandparent",
)
"""Kinds of descent, the one that says where a child is drawn first."""


def unions(facts: Facts) -> list[Union]:
    """Each set of parents with their children of one kind, the kind that matters most first."""
    found: dict[tuple[tuple[int, ...], str], Union] = {}

    def add(parents: Iterable[int], kind: str, child: int) -> None:
        key = (tuple(sorted(parents)), kind)
        children = found.setdefault(key, Union(*key)).children
        if child not in children:
            children.append(child)

    pairs = {frozenset((couple.one, couple.other)) for couple in facts.couples}
    parents: dict[int, dict[str, list[int]]] = {}
    for descent in facts.descents:
        listed = parents.setdefault(descent.child, {}).setdefault(descent.kind, [])
        if descent.parent not in listed:
            listed.append(descent.parent)
    for child, by_kind in parents.items():
        everyone = [p for kind in KINDS for p in by_kind.get(kind, ())]
        for kind, listed in by_kind.items():
            for group in _together(listed, kind, everyone, pairs):
                add(group, kind, child)
    for siblings in _parentless(facts, parents):
        found[((), str(min(siblings)))] = Union((), "sibling", sorted(siblings))
    for pair in facts.siblings:
        if pair.kind == "half_sibling" and not _share(pair.one, pair.other, parents):
            ends = sorted((pair.one, pair.other))
            found[((), str(ends))] = Union((), "half_sibling", ends)
    return sorted(found.values(), key=lambda union: KINDS.index(union.kind))


def couples(facts: Facts, found: Iterable[Union]) -> list[Couple]:
    """The couples there are, each once, as they stand last; then other parents of one child."""
    order = {"ended": 0, "separated": 1, "together": 2}
    drawn: dict[frozenset[int], Couple] = {}
    for couple in sorted(facts.couples, key=lambda c: order[c.state]):
        drawn[frozenset((couple.one, couple.other))] = couple
    for union in found:
        if len(union.parents) == 2:
            drawn.setdefault(frozenset(union.parents), Couple(*union.parents, kind="parents"))
    return list(drawn.values())


def _together(
    listed: list[int], kind: str, everyone: list[int], pairs: set[frozenset[int]]
) -> list[tuple[int, ...]]:
    """Those of a child's parents of one kind who are so together."""
    if kind in ("birth_parent", "adoptive_parent") and len(listed) == 2:
        return [tuple(listed)]
    groups: list[tuple[int, ...]] = []
    for parent in listed:
        if any(parent in group for group in groups):
            continue
        candidates = [*listed, *everyone] if kind != "birth_parent" else listed
        partner = next((p for p in candidates if frozenset((p, parent)) in pairs), None)
        groups.append((parent,) if partner is None else (parent, partner))
    return groups


def _parentless(facts: Facts, parents: dict[int, dict[str, list[int]]]) -> list[set[int]]:
    """Groups of full siblings who share no parent in the picture."""
    groups: list[set[int]] = []
    for pair in facts.siblings:
        if pair.kind == "sibling" and not _share(pair.one, pair.other, parents):
            joined = {pair.one, pair.other}
            for group in [g for g in groups if g & joined]:
                joined |= group
                groups.remove(group)
            groups.append(joined)
    return groups


def _share(one: int, other: int, parents: dict[int, dict[str, list[int]]]) -> bool:
    mine, theirs = ({p for ps in parents.get(i, {}).values() for p in ps} for i in (one, other))
    return bool(mine & theirs)
