"""Reads of drafts. The database shows each viewer their own alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.families import queries as families
from keywork.families.policy import NewPerson, SafeContact
from keywork.handoffs.models import Handoff, HandoffDraft
from keywork.handoffs.policy import CONTACT_WAYS
from keywork.handoffs.queries.people import PersonLine, domain_names, person_line, title_of
from keywork.kernel.errors import NotVisible

MOST_DRAFTS = 50


@dataclass(frozen=True)
class Draft:
    """A handoff being written."""

    uid: UUID
    version: int
    changed_at: datetime
    people: tuple[tuple[str, NewPerson], ...]
    """Each with the key by which it is removed."""

    sections: dict[str, dict[str, Any]]
    """The answers to `why` and `contact`, by field name, once they are given."""

    @property
    def persons(self) -> tuple[NewPerson, ...]:
        """The people in it."""
        return tuple(person for _, person in self.people)

    @property
    def title(self) -> str:
        """Whom it is about, in a few words."""
        return title_of(self.persons)

    @property
    def lines(self) -> list[PersonLine]:
        """The people in it, for showing."""
        return [person_line(person, key) for key, person in self.people]

    @property
    def domains(self) -> list[str]:
        """The reasons so far, by name."""
        return domain_names(self.sections.get("why", {}).get("domains", ()))

    @property
    def contact(self) -> SafeContact | None:
        """What is safe, once that is said."""
        said = self.sections.get("contact")
        if said is None:
            return None
        ways = {way: way in said["ways"] for way in CONTACT_WAYS}
        return SafeContact(**ways, advice=said["advice"])


def drafts(session: Session, staff_id: int) -> list[Draft]:
    """What this person has begun and not sent, newest first."""
    rows = session.scalars(
        select(HandoffDraft)
        .where(HandoffDraft.author_id == staff_id)
        .order_by(HandoffDraft.changed_at.desc())
        .limit(MOST_DRAFTS)
    )
    return [_draft(row) for row in rows]


def draft(session: Session, uid: UUID) -> Draft:
    """A draft of the session's viewer. Raises NotVisible for any other."""
    row = session.scalar(select(HandoffDraft).where(HandoffDraft.uid == uid))
    if row is None:
        raise NotVisible
    return _draft(row)


def sent_from(session: Session, uid: UUID) -> str | None:
    """The reference of the handoff that this draft became."""
    return session.scalar(select(Handoff.reference).where(Handoff.draft_uid == uid))


def known_keys(session: Session, people: Sequence[tuple[str, NewPerson]]) -> set[str]:
    """The keys of those whom a record holds already; that is all a health visitor is told."""
    found = families.are_held(session, [person for _, person in people])
    return {key for (key, _), known in zip(people, found, strict=True) if known}


def _draft(row: HandoffDraft) -> Draft:
    people = tuple((raw["key"], _person_from(raw)) for raw in row.data["people"])
    sections = {name: answers for name, answers in row.data.items() if name != "people"}
    return Draft(row.uid, row.version, row.changed_at, people, sections)


def _person_from(raw: dict[str, Any]) -> NewPerson:
    born = raw["date_of_birth"]
    return NewPerson(
        given_name=raw["given_name"],
        family_name=raw["family_name"],
        date_of_birth=date.fromisoformat(born) if born else None,
        nhs_number=raw["nhs_number"],
        role=raw["role"],
    )
