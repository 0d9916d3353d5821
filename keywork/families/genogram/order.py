"""From left to right: who stands beside whom in each row.

Children stand under their parents in order of birth, the oldest first, each with their partners
beside them. Where a couple joins two trees of parents, the trees are tried in several orders and
the one with the shortest lines is kept.
"""

from collections.abc import Iterable, Sequence
from itertools import islice, permutations
from typing import Final

from keywork.families.genogram.facts import Couple, Facts, Union

Rows = dict[int, list[int]]

TRIES: Final = 120
STATES: Final = ("ended", "separated", "together")


class Order:
    """The people of a family, and what draws them to each other."""

    def __init__(
        self, facts: Facts, rows: dict[int, int], unions: Sequence[Union], couples: Sequence[Couple]
    ) -> None:
        self.people = {person.id: person for person in facts.people}
        self.row = rows
        self.unions = unions
        self.home = self._homes()
        self.partners: dict[int, list[int]] = {id_: [] for id_ in self.people}
        for couple in sorted(couples, key=lambda c: (c.kind != "parents", STATES.index(c.state))):
            if rows[couple.one] == rows[couple.other]:
                self.partners[couple.one].append(couple.other)
                self.partners[couple.other].append(couple.one)
        self.ties = [(couple.one, couple.other) for couple in couples]
        self.ties += [
            (p, child) for union in unions for child in union.children for p in union.parents
        ]
        self.ties += [
            pair
            for union in unions
            for pair in zip(union.children, union.children[1:], strict=False)
        ]
        self.household = {id_: i for i, ids in enumerate(facts.households) for id_ in ids}

    def _homes(self) -> dict[int, Union]:
        """The union under which each child is drawn; a line may lead there from others."""
        homes: dict[int, Union] = {}
        for union in self.unions:
            for child in union.children:
                above = all(self.row[p] < self.row[child] for p in union.parents)
                if above and not (union.parents == () and child in homes):
                    homes.setdefault(child, union)
        return homes

    def rows(self) -> Rows:
        """The ids of each row from left to right."""
        rows: Rows = {row: [] for row in sorted(set(self.row.values()))}
        parts = sorted(self._parts(), key=self._part_order)
        for part in parts:
            for row, ids in self._best(part).items():
                rows[row].extend(ids)
        return rows

    def _part_order(self, part: set[int]) -> tuple[int, int, tuple[str, int]]:
        first = min(part, key=self._age)
        return -len(part), self.household.get(first, len(self.people)), self._age(first)

    def _age(self, id_: int) -> tuple[str, int]:
        born = self.people[id_].born
        return (born.isoformat() if born else "9"), id_

    def _parts(self) -> list[set[int]]:
        parts: list[set[int]] = []
        for tie in [*self.ties, *((id_, id_) for id_ in self.people)]:
            joined = set(tie)
            for part in [part for part in parts if part & joined]:
                joined |= part
                parts.remove(part)
            parts.append(joined)
        return parts

    def _best(self, part: set[int]) -> Rows:
        roots = self._roots(part)
        tries = islice(permutations(roots), TRIES)
        return min((_Placing(self, part).all(order) for order in tries), key=self._length)

    def _roots(self, part: set[int]) -> list[int]:
        """Who begins a tree: nobody stands above them, or above the partners they stand with."""
        left = {id_ for id_ in part if id_ not in self.home}
        found = []
        while left:
            cluster, waiting = set[int](), [min(left, key=self._age)]
            while waiting:
                id_ = waiting.pop()
                cluster.add(id_)
                waiting.extend(p for p in self.partners[id_] if p not in cluster and p in left)
            left -= cluster
            if not any(p in self.home for id_ in cluster for p in self.partners[id_]):
                found.append(min(cluster, key=self._centrality))
        siblings = {
            id(u): u.children[0]
            for u in self.home.values()
            if not u.parents and set(u.children) <= part
        }
        return sorted([*found, *siblings.values()], key=lambda id_: (self.row[id_], self._age(id_)))

    def _centrality(self, id_: int) -> tuple[int, int, bool, tuple[str, int]]:
        """Who stands in the middle of their partners: first whoever has most of them."""
        children = sum(len(union.children) for union in self.unions if id_ in union.parents)
        woman = self.people[id_].shape == "circle"
        return -len(self.partners[id_]), -children, not woman, self._age(id_)

    def _length(self, rows: Rows) -> float:
        """How far apart those are who belong together."""
        x = {id_: i - len(ids) / 2 for ids in rows.values() for i, id_ in enumerate(ids)}
        return sum(abs(x[one] - x[other]) for one, other in self.ties if one in x)


class _Placing:
    """One way of putting a connected part of the family into rows."""

    def __init__(self, order: Order, part: Iterable[int]) -> None:
        self.order = order
        self.part = part
        self.rows: Rows = {}
        self.placed: set[int] = set()

    def all(self, roots: Sequence[int]) -> Rows:
        """Place the trees in this order; whoever is left is placed after them."""
        for id_ in (
            *roots,
            *sorted(self.part, key=lambda i: (self.order.row[i], self.order._age(i))),
        ):
            self._place(id_)
        return self.rows

    def _place(self, id_: int) -> None:
        if id_ in self.placed:
            return
        home = self.order.home.get(id_)
        if home is not None and not home.parents:
            for child in self._by_age(home.children):
                self._place_with_partners(child)
            return
        self._place_with_partners(id_)

    def _place_with_partners(self, id_: int) -> None:
        if id_ in self.placed:
            return
        cluster = self._cluster(id_)
        self.rows.setdefault(self.order.row[id_], []).extend(cluster)
        at = {member: place for place, member in enumerate(cluster)}
        theirs = [u for u in self.order.unions if any(p in at for p in u.parents)]
        theirs.sort(key=lambda u: sum(at.get(p, len(at)) for p in u.parents) / len(u.parents))
        for union in theirs:
            for child in self._by_age(union.children):
                if self.order.home.get(child) is union:
                    self._place_with_partners(child)

    def _by_age(self, ids: Iterable[int]) -> list[int]:
        return sorted(ids, key=self.order._age)

    def _cluster(self, id_: int) -> list[int]:
        """A person between their partners, former ones to the left."""
        self.placed.add(id_)
        partners = self._free(id_)
        if len(partners) == 1:
            woman = self.order.people[id_].shape == "circle"
            man_beside = self.order.people[partners[0]].shape == "square"
            before = partners if woman and man_beside else []
        else:
            before = partners[: len(partners) // 2]
        after = [p for p in partners if p not in before]
        self.placed.update(partners)
        left = [q for p in before for q in (*self._beyond(p), p)]
        right = [q for p in reversed(after) for q in (p, *self._beyond(p))]
        return [*left, id_, *right]

    def _beyond(self, id_: int) -> list[int]:
        """Other partners of somebody's partner, theirs and so on."""
        found = []
        for partner in self._free(id_):
            if partner not in self.placed:
                self.placed.add(partner)
                found += [partner, *self._beyond(partner)]
        return found

    def _free(self, id_: int) -> list[int]:
        return [
            p for p in self.order.partners[id_] if p not in self.placed and p not in self.order.home
        ]
