"""What is held about the person of a request: each item, whom it concerns, what was decided."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from keywork.kernel.errors import NotVisible
from keywork.subject_access.models import AccessConsent, AccessItem
from keywork.subject_access.policy import (
    ANSWERS,
    SENT,
    VERDICTS,
    Concern,
    Decided,
    Verdict,
    concerns,
    digest_of,
    names_in,
    told_by_another,
    verdict,
)
from keywork.subject_access.queries.context import Beside, Context, context_of
from keywork.subject_access.queries.fields import Field, Source, sources
from keywork.subject_access.queries.requests import RequestView
from keywork.subject_access.queries.sources import Row, rows_about
from keywork.subject_access.reference import reasons

_READS = text("SELECT * FROM reads_under_access(:persons)")


@dataclass(frozen=True)
class Said:
    """One thing that an item says, and what of it is sent."""

    field: Field
    value: Any
    words: str
    sent: str
    """The same, unless words were taken out."""


@dataclass(frozen=True)
class Decision:
    """What an officer decided of an item."""

    decision: str
    reason: str
    words: str
    by_id: int
    decided_at: datetime


@dataclass(frozen=True)
class Item:
    """One piece of what is held about the person."""

    key: UUID
    """What it goes by in addresses."""

    source: Source
    row: Row
    record: str
    """The reference of the family's record it is in; empty for what is the person's own."""

    said: list[Said]
    concerns: frozenset[Concern]
    others: list[Beside]
    named: list[str]
    """Who else the text seems to name."""

    protected_from: list[str]
    readers: list[str]
    digest: bytes
    verdict: Verdict
    decision: Decision | None

    @property
    def undecided(self) -> bool:
        """Whether somebody must decide."""
        return self.verdict == Verdict.UNDECIDED

    @property
    def is_sent(self) -> bool:
        """Whether it goes into the bundle."""
        return self.verdict in SENT

    @property
    def state(self) -> tuple[str, str]:
        """What becomes of it, in words, and the tone of its tag."""
        return VERDICTS[self.verdict]

    @property
    def title(self) -> str:
        """Its kind; of an entry, what kind of entry."""
        kind = self.row.facts.get("kind") if self.source.key == "entry" else None
        return self.source.fields[0].words(kind) if kind else self.source.name

    @property
    def first_line(self) -> str:
        """What to show of it in a list."""
        free = [said.words for said in self.said if said.field.free]
        return (free or [said.words for said in self.said])[0].partition("\n")[0][:120]

    def value(self, key: str) -> Any:
        """What it says under a key; None where it says nothing."""
        return next((said.value for said in self.said if said.field.key == key), None)


@dataclass(frozen=True)
class Read:
    """A day on which somebody with these roles opened a record."""

    record: str
    seen_on: date
    role: str
    times: int

    @property
    def role_name(self) -> str:
        """In words."""
        names = [role.replace("_", " ") for role in self.role.split(",") if role]
        return ", ".join(names).capitalize() or "Member of staff"


@dataclass(frozen=True)
class Gathered:
    """Everything that is held about the person."""

    items: list[Item]
    """By kind, the oldest first."""

    reads: list[Read]
    people: list[Beside]
    """Whom the items concern besides."""

    @property
    def undecided(self) -> list[Item]:
        """What somebody must decide on."""
        return [item for item in self.items if item.undecided]

    @property
    def sent(self) -> list[Item]:
        """What goes into the bundle."""
        return [item for item in self.items if item.is_sent]

    @property
    def digest(self) -> bytes:
        """A fingerprint of all items and of what was decided: what an officer has looked at."""
        return digest_of(
            [
                (i.source.key, i.row.ref, i.digest.hex(), i.verdict, [s.sent for s in i.said])
                for i in self.items
            ]
        )

    def item(self, key: UUID) -> Item:
        """One item. Raises NotVisible where there is none of this key."""
        found = next((item for item in self.items if item.key == key), None)
        if found is None:
            raise NotVisible
        return found

    def person(self, member_uid: UUID) -> Beside:
        """Somebody else whom an item concerns. Raises NotVisible where there is no such person."""
        found = next((one for one in self.people if one.member_uid == member_uid), None)
        if found is None:
            raise NotVisible
        return found


def gather(session: Session, request: RequestView) -> Gathered:
    """What is held about the person of an open request, as the database lets an officer read it."""
    context = context_of(session, request.row.person_id)
    rows = rows_about(session, context.keys)
    context.look_up(session, rows)
    consents = _consents(session, request.row.id)
    latest = _decisions(session, request.row.id)
    items = [
        _item(request, row, context, latest.get((row.source, row.ref)), consents) for row in rows
    ]
    order = {key: place for place, key in enumerate(sources())}
    items.sort(key=lambda item: (order[item.source.key], item.row.at, item.row.ref))
    people = {other.person_id: other for item in items for other in item.others}
    reads = [Read(*row) for row in session.execute(_READS, {"persons": context.keys["persons"]})]
    return Gathered(items, reads, sorted(people.values(), key=lambda one: one.name))


def _item(
    request: RequestView,
    row: Row,
    context: Context,
    latest: AccessItem | None,
    consents: dict[int, str],
) -> Item:
    source = sources()[row.source]
    facts = context.facts(row)
    others = [other.answering(consents.get(other.person_id)) for other in context.others(row)]
    said = list(_said(source, facts))
    text_ = "\n".join(one.words for one in said if one.field.free)
    people = context.names_beside(others)
    named = names_in(text_, people)
    told = told_by_another(facts.get("source", ""), facts.get("source_name", ""), context.own_names)
    found = concerns(
        others=bool(others) or bool(facts.get("seen_by")),
        told_by_others=told or bool(facts.get("source_organisation")),
        protected=row.visibility == "protected",
        named=bool(named),
        file=row.source == "document",
    )
    digest = digest_of(row.source, facts, sorted(found), sorted(o.person_id for o in others))
    decided = Decided(latest.decision, latest.digest) if latest else None
    final = verdict(found, digest, decided)
    redacted = latest.redacted if latest and final == Verdict.INCLUDE_PART else None
    return Item(
        key=uuid5(NAMESPACE_URL, f"{request.reference}/{row.source}/{row.ref}"),
        source=source,
        row=row,
        record=context.records.get(row.family_id or 0, ""),
        said=[_sent(one, redacted or {}) for one in said],
        concerns=found,
        others=others,
        named=named,
        protected_from=context.protected_from(row),
        readers=context.readers(row),
        digest=digest,
        verdict=final,
        decision=_decision(latest) if latest and final == latest.decision else None,
    )


def _said(source: Source, facts: dict[str, Any]) -> Iterable[Said]:
    for field in source.fields:
        value = facts.get(field.key)
        if value is not None and value not in ("", []):
            words = field.words(value)
            if words:
                yield Said(field, value, words, words)


def _sent(said: Said, redacted: dict[str, str]) -> Said:
    sent = redacted.get(said.field.key, said.words)
    return Said(said.field, said.value, said.words, sent)


def _decision(row: AccessItem) -> Decision:
    name = reasons()[row.reason].name
    return Decision(row.decision, name, row.words, row.decided_by, row.decided_at)


def _decisions(session: Session, request_id: int) -> dict[tuple[str, str], AccessItem]:
    rows = session.scalars(
        select(AccessItem).where(AccessItem.request_id == request_id).order_by(AccessItem.id)
    )
    return {(row.source, row.ref): row for row in rows}


def _consents(session: Session, request_id: int) -> dict[int, str]:
    rows = session.execute(
        select(AccessConsent.person_id, AccessConsent.answer)
        .where(AccessConsent.request_id == request_id)
        .order_by(AccessConsent.id)
    )
    found: dict[int, str] = defaultdict(str)
    for person_id, answer in rows:
        found[person_id] = ANSWERS[answer]
    return found
