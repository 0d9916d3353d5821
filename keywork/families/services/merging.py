"""Putting two records of one person together."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import (
    Member,
    Person,
    PersonMerge,
    PersonName,
    Relationship,
)
from keywork.families.policy import settled
from keywork.families.services.chronology import record_entry
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.kernel.viewer import acting_as, current_viewer, system_task

TASK: Final = system_task("families")
"""A merge reaches every family the two are in; its preview shows those the manager may open."""

_IMPOSSIBLE: Final = {
    "relationship_two_birth_parents": "One person would have more than two birth parents. If their"
    " parents are recorded twice as well, put the parents together first",
    "relationship_own_ancestor": "One person would be their own ancestor, or a couple would be"
    " parent and child. Correct the relationships first",
    "relationship_parent_older": "A parent would be younger than the child. Correct the dates of"
    " birth or the relationships first",
}

explain_constraint(
    "person_merged_whole", "Someone has changed one of these records. Open the page again"
)
explain_constraint("member_of_merged_person", "Someone has just put this record with another")


def merge_persons(
    session: Session,
    actor: Actor,
    kept_id: int,
    absorbed_id: int,
    *,
    chosen: Mapping[str, str],
    reason: str,
) -> UUID:
    """Put everything known of one person with another, who stays; returns the merge's uid."""
    _expect_known(session, actor, kept_id, absorbed_id)
    kept, absorbed = lock(session, kept_id, absorbed_id)
    if kept.merged_into_id or absorbed.merged_into_id:
        raise Stale("Someone has put one of these records with another since. Open the page again")
    open_ids = set(open_families(session, kept_id, absorbed_id))
    uid = uuid4()
    with acting_as(session, TASK):
        log = _Log(session)
        kept_members = [m.id for m in members(session, kept_id)]
        try:
            with session.begin_nested():
                _put_together(log, kept, absorbed, chosen, actor)
        except IntegrityError as error:
            raise _in_words(error) from error
        row = PersonMerge(
            uid=uid,
            kept_id=kept_id,
            absorbed_id=absorbed_id,
            reason=reason,
            changed={"rows": log.rows, "members": kept_members},
            merged_by=actor.staff_id,
        )
        session.add(row)
        session.flush()
    name = f"{kept.given_name} {kept.family_name}"
    tell_families(session, kept_id, open_ids, f"Two records of {name} are one from now on.")
    audit.record(session, "person.merge", str(uid))
    return uid


class _Log:
    """Changes rows, and keeps what each was before and is after."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows: list[Any] = []

    def change(self, row: Any, **values: Any) -> None:
        """Change a row, at once."""
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        self.session.flush()
        self.rows.append([row.__tablename__, row.id, plain(before), plain(values)])

    def add(self, row: Any, *columns: str) -> None:
        """Add a row."""
        self.session.add(row)
        self.session.flush()
        values = {name: getattr(row, name) for name in columns}
        self.rows.append([row.__tablename__, row.id, None, plain(values)])


def _put_together(
    log: _Log, kept: Person, absorbed: Person, chosen: Mapping[str, str], actor: Actor
) -> None:
    """In an order in which each step may be, and, backwards, may be undone."""
    facts = [{c: getattr(person, c) for c in queries.COLUMNS} for person in (kept, absorbed)]
    try:
        settle = settled(facts[0], facts[1], chosen)
    except KeyError as error:
        raise Stale("What is known has changed since. Compare the two again") from error
    final = facts[0] | settle
    if final["birth"] == "expected" and (final["nhs_number"] or final["upn"] or final["died_on"]):
        raise Refusal("Someone with an NHS number, a UPN or a date of death is born", "born")
    numbers = {name: None for name in ("nhs_number", "upn") if getattr(absorbed, name) is not None}
    if numbers:
        log.change(absorbed, **numbers)
    if settle:
        log.change(kept, **settle)
    _names(log, kept, absorbed, facts, actor)
    _relationships(log, kept.id, absorbed.id, actor)
    _memberships(log, kept.id, absorbed.id)
    log.change(absorbed, merged_into_id=kept.id)
    kept.version += 1
    absorbed.version += 1
    log.session.flush()


def _names(
    log: _Log, kept: Person, absorbed: Person, facts: list[dict[str, Any]], actor: Actor
) -> None:
    """Each name either had stays findable as another name of the one who stays."""
    others = log.session.scalars(
        select(PersonName).where(PersonName.person_id.in_([kept.id, absorbed.id]))
    ).all()
    taken = {kept.name_key} | {n.name_key for n in others if n.person_id == kept.id}
    for other in others:
        if other.person_id == absorbed.id and other.name_key not in taken:
            taken.add(other.name_key)
            log.change(other, person_id=kept.id)
    for had in facts:
        if had["name_key"] not in taken:
            taken.add(had["name_key"])
            alias = PersonName(
                person_id=kept.id,
                kind="alias",
                given_name=had["given_name"],
                family_name=had["family_name"],
                name_key=had["name_key"],
                recorded_by=actor.staff_id,
            )
            log.add(alias, "person_id", "name_key")


def _relationships(log: _Log, kept_id: int, absorbed_id: int, actor: Actor) -> None:
    """To the one who stays go all that say something new; the others were never two."""
    rows = log.session.scalars(
        select(Relationship)
        .where(_either(kept_id) | _either(absorbed_id))
        .order_by(Relationship.id)
        .with_for_update()
    ).all()
    standing = {_said(row, {}) for row in rows if absorbed_id not in (row.person_id, row.other_id)}
    moved = {absorbed_id: kept_id}
    moving: list[Relationship] = []
    for row in rows:
        if absorbed_id not in (row.person_id, row.other_id):
            continue
        said = _said(row, moved)
        if len(said[0]) == 1 or (row.removed_on is None and said in standing):
            if row.removed_on is None:
                version = row.version + 1
                today = clock.today()
                log.change(row, removed_on=today, removed_by=actor.staff_id, version=version)
        else:
            standing.add(said)
            moving.append(row)
    for row in moving:
        log.change(
            row,
            person_id=moved.get(row.person_id, row.person_id),
            other_id=moved.get(row.other_id, row.other_id),
            version=row.version + 1,
        )


def _said(row: Relationship, moved: Mapping[int, int]) -> tuple[frozenset[int], str, bool, bool]:
    """What a relationship says, whichever way round."""
    ends = frozenset(moved.get(id_, id_) for id_ in (row.person_id, row.other_id))
    return ends, row.kind, row.ended_on is None, row.removed_on is None


def _memberships(log: _Log, kept_id: int, absorbed_id: int) -> None:
    """Each place in a family goes along; of two in one family now, one ends."""
    current = {m.family_id for m in members(log.session, kept_id) if m.ended_on is None}
    for member in members(log.session, absorbed_id):
        if member.ended_on is None and member.family_id in current:
            log.change(
                member,
                person_id=kept_id,
                ended_on=max(clock.today(), member.started_on),
                end_reason="merged",
            )
        else:
            log.change(member, person_id=kept_id)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def lock(session: Session, *ids: int) -> list[Person]:
    """These persons, held until the transaction ends; in the order of their ids first."""
    found = session.scalars(
        select(Person)
        .where(Person.id.in_(ids))
        .order_by(Person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    by_id = {person.id: person for person in found}
    return [by_id[id_] for id_ in ids]


def _expect_known(session: Session, actor: Actor, *person_ids: int) -> None:
    """Only a hub manager who may open a family of each puts two persons together."""
    if not actor.managed_hub_ids:
        raise NotVisible
    if set(queries.open_places(session, person_ids)) != set(person_ids):
        raise Refusal("You cannot open a record of each of these people. Ask a hub manager who can")


def open_families(session: Session, *person_ids: int) -> list[int]:
    """The families they are or were in that the actor may open."""
    places = queries.open_places(session, person_ids)
    return [family_id for ids in places.values() for family_id in ids]


def tell_families(session: Session, person_id: int, open_ids: set[int], said: str) -> None:
    """An entry in each family that somebody is or was in.

    It is the actor's in the families that the actor may open, and keywork's in the others.
    """
    places: dict[int, list[int]] = {}
    for member in members(session, person_id):
        places.setdefault(member.family_id, []).append(member.id)
    author = current_viewer(session)
    for family_id, member_ids in places.items():
        with acting_as(session, author if family_id in open_ids else TASK):
            record_entry(
                session,
                family_id=family_id,
                kind="same_person",
                text=said,
                member_ids=member_ids,
                source="system",
            )


def members(session: Session, person_id: int) -> list[Member]:
    """Every place in a family that somebody has or had, the first one first."""
    return list(
        session.scalars(select(Member).where(Member.person_id == person_id).order_by(Member.id))
    )


def _either(person_id: int) -> Any:
    return or_(Relationship.person_id == person_id, Relationship.other_id == person_id)


def _in_words(error: IntegrityError) -> Exception:
    """What stands against a merge; anything else stays what it is."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    return Refusal(_IMPOSSIBLE[name]) if name in _IMPOSSIBLE else error
