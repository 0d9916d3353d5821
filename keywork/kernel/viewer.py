"""For whom a transaction reads. The database's row-level security decides by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NewType

from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, SessionTransaction

Viewer = NewType("Viewer", str)

PUBLIC = Viewer("public")

_SET = text("SELECT set_config('keywork.viewer', :viewer, true)")
_COPY = text("SELECT set_config('keywork.copied_for', :person, true)")
_COPIED_FOR = "copied_for"


def practitioner(staff_id: int) -> Viewer:
    """A member of staff, reading on their own behalf."""
    return Viewer(f"staff:{staff_id}")


def system_task(name: str) -> Viewer:
    """A named piece of background work; policies say what each name may read."""
    return Viewer(f"task:{name}")


def set_viewer(session: Session, viewer: Viewer) -> None:
    """Let this session read for `viewer`, from the present transaction on."""
    session.info["viewer"] = viewer
    if session.in_transaction():
        session.execute(_SET, {"viewer": viewer})


def current_viewer(session: Session) -> Viewer:
    """For whom the session reads. Raises LookupError when nobody has said."""
    viewer = session.info.get("viewer")
    if viewer is None:
        raise LookupError("no viewer has been set on this session")
    return Viewer(viewer)


@contextmanager
def acting_as(session: Session, viewer: Viewer) -> Iterator[None]:
    """Read and write for another viewer for a while, in the same transaction.

    What was pending before is still written for the viewer before. After an error only the
    session need forget: its transaction forgets when it rolls back.
    """
    session.flush()
    before = current_viewer(session)
    set_viewer(session, viewer)
    try:
        yield
    except BaseException:
        session.info["viewer"] = before
        raise
    session.flush()
    set_viewer(session, before)


@contextmanager
def copying_for(session: Session, person_id: int) -> Iterator[None]:
    """Read only what may reach this person, of what the viewer may read: the database leaves out
    the rest. Within another copy, it is this person's alone.

    A savepoint lets an error take the setting back with it; what was loaded before is asked for
    again, so that nothing is shown because it was known already.
    """
    before = session.info.get(_COPIED_FOR)
    try:
        with session.begin_nested():
            _copy_for(session, person_id)
            yield
            session.flush()
            _copy_for(session, before)
    finally:
        session.info[_COPIED_FOR] = before
        session.expire_all()


def _copy_for(session: Session, person_id: int | None) -> None:
    session.info[_COPIED_FOR] = person_id
    session.execute(_COPY, {"person": "" if person_id is None else str(person_id)})
    session.expire_all()


@event.listens_for(Session, "after_begin")
def _say_who_reads(
    session: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    viewer = session.info.get("viewer")
    if viewer is not None:
        connection.execute(_SET, {"viewer": viewer})
    if (person_id := session.info.get(_COPIED_FOR)) is not None:
        connection.execute(_COPY, {"person": str(person_id)})
