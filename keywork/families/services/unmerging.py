"""Taking apart again what was put together as one person."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families.models import (
    Member,
    Person,
    PersonMerge,
    PersonName,
    Relationship,
    SamePerson,
)
from keywork.families.services.merging import (
    TASK,
    lock,
    members,
    open_families,
    plain,
    tell_families,
)
from keywork.families.services.same_person import decide
from keywork.kernel import audit, clock
from keywork.kernel.database import Base
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import acting_as

_TABLES: Final[Mapping[str, type[Base]]] = {
    model.__tablename__: model for model in (Person, Member, PersonName, Relationship)
}
_CHANGED: Final = {
    "person": "a fact",
    "member": "a place in a family",
    "person_name": "another name",
    "relationship": "a relationship",
}


def undo_merge(session: Session, actor: Actor, uid: UUID, *, reason: str) -> None:
    """Make two persons again of what was put together, as they were.

    Refuses, and says why, when what was changed then has been changed again since.
    """
    row = session.scalar(select(PersonMerge).where(PersonMerge.uid == uid))
    if row is None or not actor.managed_hub_ids:
        raise NotVisible
    open_ids = set(open_families(session, row.kept_id))
    with acting_as(session, TASK):
        kept, _ = lock(session, row.kept_id, row.absorbed_id)
        session.refresh(row)
        if row.undone_by:
            name = accounts.staff_name(session, row.undone_by)
            raise Stale(f"{name} has undone this already")
        problems = _contradictions(session, row, kept)
        if problems:
            raise Refusal(f"This cannot be undone: {'; '.join(problems)}")
        try:
            with session.begin_nested():
                for change in reversed(row.changed["rows"]):
                    _restore(session, *change)
        except IntegrityError as error:
            raise Refusal(
                "This cannot be undone: what has been recorded since does not go with it"
            ) from error
        session.expire_all()
        for person in lock(session, row.kept_id, row.absorbed_id):
            person.version += 1
        row.undone_by, row.undone_at, row.undo_reason = actor.staff_id, clock.now(), reason
        _keep_pair_apart(session, row, actor)
        session.flush()
    name = f"{kept.given_name} {kept.family_name}"
    said = f"Two records that were put together as {name} are apart again."
    for person_id in (row.kept_id, row.absorbed_id):
        tell_families(session, person_id, open_ids, said)
    audit.record(session, "person.undo_merge", str(uid))


def _contradictions(session: Session, row: PersonMerge, kept: Person) -> list[str]:
    """Why it cannot be as it was: in a few words each."""
    if kept.merged_into_id:
        return ["this person's record has been put with another since. Undo that first"]
    changed = {
        _CHANGED[table]
        for table, id_, before, after in row.changed["rows"]
        if not _is_still(session, table, id_, after)
    }
    problems = [f"{what} has been changed since" for what in sorted(changed)]
    known = {id_ for table, id_, *_ in row.changed["rows"] if table == "member"}
    places = [m for m in members(session, row.kept_id) if m.id not in row.changed["members"]]
    theirs = {m.family_id for m in places if m.id in known}
    if any(m.id not in known and m.family_id in theirs for m in places):
        problems.append("they have been given another place in a family since")
    return problems


def _is_still(session: Session, table: str, id_: int, after: Mapping[str, Any]) -> bool:
    model = _TABLES[table]
    row = session.get(model, id_, populate_existing=True)
    if row is None:
        return False
    return plain({name: getattr(row, name) for name in after if name != "version"}) == {
        name: value for name, value in after.items() if name != "version"
    }


def _restore(
    session: Session, table: str, id_: int, before: Mapping[str, Any] | None, after: Any
) -> None:
    made = _TABLES[table].__table__
    if before is None:
        session.execute(delete(_TABLES[table]).where(made.c.id == id_))
        return
    values = {
        name: date.fromisoformat(value)
        if value is not None and isinstance(made.c[name].type, Date)
        else value
        for name, value in before.items()
    }
    if "version" in values:
        values["version"] = made.c.version + 1
    session.execute(
        update(_TABLES[table])
        .where(made.c.id == id_)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _keep_pair_apart(session: Session, row: PersonMerge, actor: Actor) -> None:
    ids = sorted((row.kept_id, row.absorbed_id))
    pair = session.scalar(
        select(SamePerson).where(SamePerson.a_id == ids[0], SamePerson.b_id == ids[1])
    )
    if pair:
        decide(pair, actor, "different", row.undo_reason)
