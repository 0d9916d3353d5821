"""What must be known around the rows about a person: who else there is, who wrote, who may read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.policy import kinds, staff_of
from keywork.plans.domains import domains
from keywork.subject_access.queries.sources import Row

_PERSONS = text("""
    SELECT p.id, p.given_name, p.family_name, p.known_as, p.sex FROM person asked
    JOIN person p ON coalesce(asked.merged_into_id, asked.id) IN (p.id, p.merged_into_id)
    WHERE asked.id = :person""")
_OTHER_NAMES = text("""
    SELECT given_name, family_name FROM person_name WHERE person_id = ANY (:persons)""")
_MEMBERS = text("""
    SELECT m.id, m.family_id, f.reference FROM member m JOIN family f ON f.id = m.family_id
    WHERE m.person_id = ANY (:persons)""")
_GOALS = text("SELECT goal_id, member_id FROM goals_beside_access()")
_HANDOFFS = text("SELECT unnest(handoffs_naming(:persons))")
_BESIDE = text("SELECT * FROM people_beside_access(:persons)")
_SUBJECTS = text("""
    SELECT entry_id, member_id FROM entry_subject WHERE entry_id = ANY (:ids)""")
_SPENT_FOR = text("SELECT spend_id, member_id FROM spend_member WHERE spend_id = ANY (:ids)")
_HANDED_OFF = text("""
    SELECT handoff_id, id, given_name, family_name FROM handoff_person
    WHERE handoff_id = ANY (:ids) ORDER BY id""")

WAYS = ("may_call", "may_text", "may_leave_message", "may_write")


@dataclass(frozen=True)
class Beside:
    """Somebody else whom an item concerns."""

    person_id: int
    name: str
    member_uid: UUID | None
    """What they go by in addresses; nothing for whoever is in no record of ours."""

    answer: str = ""
    """What they say about being in what is sent."""

    def answering(self, answer: str | None) -> "Beside":
        """The same, with their answer."""
        return replace(self, answer=answer or "")


@dataclass
class Context:
    """What is around the rows."""

    keys: dict[str, list[int]]
    own_names: list[str]
    sexes: dict[int, str]
    records: dict[int, str]
    """The reference of each record they are or were in, by id."""

    people: dict[int, Beside] = field(default_factory=dict)
    """The others, by their place in a family."""

    words: dict[int, list[str]] = field(default_factory=dict)
    """What each of the others is called, by person."""

    families: dict[int, int] = field(default_factory=dict)
    """The record of each place in a family."""

    beside: dict[tuple[str, int], list[Beside]] = field(default_factory=dict)
    staff: dict[int, str] = field(default_factory=dict)
    entries: dict[int, dict[str, Any]] = field(default_factory=dict)

    def look_up(self, session: Session, rows: Sequence[Row]) -> None:
        """Find what the rows refer to: one statement of each kind, however many there are."""
        self.entries = {row.row_id: row.facts for row in rows if row.source == "entry"}
        named = {reader for row in rows for reader in row.readers}
        named |= {
            str(row.facts[key])
            for row in rows
            for key in ("author", "practitioner")
            if row.facts.get(key)
        }
        self.staff = {i: s.name for i, s in accounts.staff_by_id(session, staff_of(named)).items()}
        for source, statement in (("entry", _SUBJECTS), ("spend", _SPENT_FOR)):
            ids = [row.row_id for row in rows if row.source == source]
            self._add(source, session.execute(statement, {"ids": ids}).all())
        self._add("goal", session.execute(_GOALS).all())
        own = {name.casefold() for name in self.own_names}
        handoffs = {"ids": self.keys["handoffs"]}
        for handoff_id, id_, given, family in session.execute(_HANDED_OFF, handoffs):
            if f"{given} {family}".casefold() not in own:
                other = Beside(-id_, f"{given} {family}", None)
                self.beside.setdefault(("handoff", handoff_id), []).append(other)

    def _add(self, source: str, pairs: Iterable[Any]) -> None:
        for id_, member_id in pairs:
            if (other := self.people.get(member_id)) is not None:
                known = self.beside.setdefault((source, id_), [])
                if other not in known:
                    known.append(other)

    def others(self, row: Row) -> list[Beside]:
        """Whom a row concerns besides."""
        facts, at = row.facts, row.row_id
        if row.source == "relationship":
            other = facts["other_id"] if facts["person_id"] in self.sexes else facts["person_id"]
            return [one for one in self.people.values() if one.person_id == other][:1]
        if row.source == "action":
            owner = self.people.get(facts["member_id"] or 0)
            return [owner] if owner else self.beside.get(("goal", facts["goal_id"]), [])
        if row.source == "consent":
            both = (self.people.get(facts[key] or 0) for key in ("member_id", "decided_by_id"))
            return [one for one in both if one]
        if row.source in ("document", "disclosure"):
            return self.beside.get(("entry", row.entry_id or 0), [])
        return self.beside.get((row.source, at), [])

    def facts(self, row: Row) -> dict[str, Any]:
        """What a row says, with what it refers to in words."""
        facts = dict(row.facts)
        entry = self.entries.get(row.entry_id or 0, {})
        facts.setdefault("source", entry.get("source", ""))
        facts.setdefault("source_name", entry.get("source_name", ""))
        author = facts.pop("author", None)
        facts["author_name"] = self._name_of(author) if author else None
        for key in ("seen", "seen_alone", "corrected"):
            facts[key] = facts.get(key) or None
        if row.source == "relationship":
            facts["relative"] = self._relative(row)
        elif row.source == "contact_point":
            facts["ways"] = [way for way in WAYS if facts[way]]
        elif row.source == "need":
            facts["type_name"] = domains()[facts["domain"]].types.get(facts["type"], "")
        elif row.source == "action":
            facts["owner"] = self._owner(facts)
        elif row.source == "consent" and facts["decided_by_id"] in self.people:
            facts["decided_by"] = self.people[facts["decided_by_id"]].name
        return facts

    def names_beside(self, others: Sequence[Beside]) -> dict[str, list[str]]:
        """The words by which a text may name anybody, but for those it is about anyhow."""
        about = {other.person_id for other in others}
        return {
            one.name: self.words[one.person_id]
            for one in self.people.values()
            if one.person_id not in about
        }

    def protected_from(self, row: Row) -> list[str]:
        """Who in the record may not be sent a protected row, the person themself among them."""
        if row.visibility != "protected":
            return []
        own = set(self.keys["members"])
        mine = [] if any(f"member:{m}" in row.readers for m in own) else ["the person themself"]
        return mine + sorted(
            one.name
            for member, one in self.people.items()
            if self.families.get(member) == row.family_id and f"member:{member}" not in row.readers
        )

    def readers(self, row: Row) -> list[str]:
        """Which colleagues may read a protected row."""
        if row.visibility != "protected":
            return []
        return sorted(self.staff[i] for i in staff_of(row.readers) if i in self.staff)

    def _name_of(self, author: str) -> str:
        [*known] = staff_of([author])
        return self.staff.get(known[0], "") if known else "keywork"

    def _owner(self, facts: dict[str, Any]) -> str:
        if facts["practitioner"]:
            return self._name_of(facts["practitioner"])
        if facts["member_id"] in self.people:
            return self.people[facts["member_id"]].name
        return facts["partner_name"] or self.own_names[0]

    def _relative(self, row: Row) -> str:
        """`mother of Ava Marsh`."""
        second = row.facts["other_id"] in self.sexes
        own = row.facts["other_id" if second else "person_id"]
        word = kinds()[row.facts["kind"]].word(self.sexes[own], second=second)
        [*others] = self.others(row)
        return f"{word} of {others[0].name}" if others else word


def context_of(session: Session, person_id: int) -> Context:
    """Who the person is, everywhere, and who else there is."""
    persons = session.execute(_PERSONS, {"person": person_id}).all()
    keys = {"persons": [row.id for row in persons]}
    members = session.execute(_MEMBERS, keys).all()
    keys["members"] = [row.id for row in members]
    goals = session.execute(_GOALS).all()
    keys["goals"] = sorted({g for g, member in goals if member in set(keys["members"])})
    keys["handoffs"] = sorted(session.scalars(_HANDOFFS, {"persons": keys["persons"]}))
    names = [(row.given_name, row.family_name) for row in persons]
    names += [(row.known_as, row.family_name) for row in persons if row.known_as]
    names += [(row.given_name, row.family_name) for row in session.execute(_OTHER_NAMES, keys)]
    context = Context(
        keys=keys,
        own_names=list(dict.fromkeys(f"{given} {family}" for given, family in names)),
        sexes={row.id: row.sex for row in persons},
        records={row.family_id: row.reference for row in members},
    )
    own = {word.casefold() for name in context.own_names for word in name.split()}
    called: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(_BESIDE, {"persons": keys["persons"]}):
        name = f"{row.given_name} {row.family_name}"
        context.people[row.member_id] = Beside(row.person_id, name, row.member_uid)
        context.families[row.member_id] = row.family_id
        words = f"{name} {row.known_as}".split()
        called[row.person_id] |= {word for word in words if word.casefold() not in own}
    context.words = {person: sorted(words) for person, words in called.items()}
    return context
