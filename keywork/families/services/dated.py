"""What the writes about places share: who may read, what the chronology says, how a thing ends."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import Affiliation, ContactPoint, Residence
from keywork.families.policy import long_day, row_readers
from keywork.families.queries import FamilyView, MemberView, PlaceRow, PlaceView
from keywork.families.services.chronology import record_entry
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal, Stale

ENTRY_KINDS: dict[type[PlaceRow], str] = {
    Residence: "address",
    ContactPoint: "contact",
    Affiliation: "affiliation",
}


@dataclass(frozen=True)
class Readers:
    """Who may read what is written: the team, or the author, these and the hub manager."""

    protected: bool = False
    named_staff: frozenset[int] = frozenset()
    named_members: frozenset[int] = frozenset()
    """Who in the family may be given a copy of what is protected."""

    @classmethod
    def chosen(
        cls, named_staff: Collection[int] | None, named_members: Collection[int]
    ) -> "Readers":
        """Those who were named; None for the team."""
        if named_staff is None:
            return TEAM
        return cls(True, frozenset(named_staff), frozenset(named_members))

    @property
    def visibility(self) -> str:
        """As rows keep it."""
        return "protected" if self.protected else "team"

    def with_author(self, actor: Actor, *, protected: bool = False) -> "Readers":
        """The same with whoever writes among them, and protected if it must be."""
        if not (self.protected or protected):
            return TEAM
        return replace(self, protected=True, named_staff=self.named_staff | {actor.staff_id})


TEAM = Readers()


@dataclass
class Saying:
    """What the chronology will say: one entry for each circle of readers."""

    table: type[PlaceRow]
    said: dict[tuple[int, Readers], tuple[list[str], set[int]]] = field(default_factory=dict)

    def say(self, family_id: int, readers: Readers, words: str, member_ids: Iterable[int]) -> None:
        """Add a sentence about these members."""
        lines, members = self.said.setdefault((family_id, readers), ([], set()))
        lines.append(words)
        members.update(member_ids)

    def record(self, session: Session) -> dict[tuple[int, Readers], int]:
        """Write the entries; returns the id of each."""
        return {
            (family_id, readers): record_entry(
                session,
                family_id=family_id,
                kind=ENTRY_KINDS[self.table],
                text="\n".join(lines),
                member_ids=members,
                visibility=readers.visibility,
                named_staff=readers.named_staff,
                named_members=readers.named_members,
            )
            for (family_id, readers), (lines, members) in self.said.items()
        }


def end_places(
    session: Session,
    actor: Actor,
    family: FamilyView,
    table: type[PlaceRow],
    uids: Collection[UUID],
    *,
    on: date | None,
    had_ended: bool | None = False,
) -> None:
    """Say that these hold no longer from a day on; without a day, that they never did.

    `had_ended` is what the actor saw: if it is not so now, they are told who changed it.
    """
    if on is not None:
        refuse_future(on, "on")
    views = [queries.place(session, family, table, uid) for uid in uids]
    for view in views:
        if (view.until is not None) != had_ended:
            raise Stale(who_ended(session, view))
    saying = Saying(table)
    end_all(session, actor, saying, views, on=on, field_name="on")
    saying.record(session)
    audit.record(session, f"{table.__tablename__}.end", family.reference)


def end_all(
    session: Session,
    actor: Actor,
    saying: Saying,
    views: Iterable[PlaceView],
    *,
    on: date | None,
    field_name: str,
) -> None:
    """End each, and say so to those who could read it. Refusals stand beside the field."""
    for view in views:
        if on is not None and on < view.since:
            raise Refusal(
                f"{view.member_name}: {view.label} is recorded since {long_day(view.since)}."
                " Enter that day or a later one",
                field_name,
            )
        end_row(session, actor, view, on or view.since)
        readers = readers_of(view, actor)
        done = f", until {long_day(on)}." if on else " was recorded by mistake."
        saying.say(
            view.family_id, readers, f"{view.member_name}: {view.label}{done}", [view.member_id]
        )


def readers_of(view: PlaceView, actor: Actor) -> Readers:
    """Who may read what the actor writes about it."""
    named = view.readers if view.protected else None
    return Readers.chosen(named, view.given_to).with_author(actor)


def end_row(session: Session, actor: Actor, view: PlaceView, on: date) -> None:
    """End it, unless somebody has done so since it was read."""
    table = view.table
    ended = session.execute(
        update(table)
        .where(table.id == view.id, table.ended_on.is_not_distinct_from(view.until))
        .values(ended_on=on, ended_by=actor.staff_id)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    )
    if ended.one_or_none() is None:
        session.expire_all()
        raise Stale(who_ended(session, view))


def who_ended(session: Session, view: PlaceView) -> str:
    """For somebody whose page shows what holds no longer."""
    table = view.table
    by = session.scalar(select(table.ended_by).where(table.id == view.id))
    name = accounts.staff_name(session, by) if by else "Someone"
    return f"{name} has changed this since you opened this page. Check it before you go on"


def refuse_future(day: date, field_name: str) -> None:
    """Refuse a day that is still to come."""
    if day > clock.today():
        raise Refusal("The date must be today or earlier: record what has happened", field_name)


def row_of(
    actor: Actor, family: FamilyView, member: MemberView, entry_id: int, readers: Readers
) -> dict[str, Any]:
    """The columns that every such row has, but for its dates."""
    return {
        "family_id": family.id,
        "member_id": member.id,
        "entry_id": entry_id,
        "author": actor.viewer,
        **row_readers(
            actor.viewer,
            readers.named_staff if readers.protected else None,
            readers.named_members,
        ),
    }
