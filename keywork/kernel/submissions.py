"""One effect per submitted form, however often it arrives."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.kernel.viewer import current_viewer

_CLAIM = text(
    "INSERT INTO submission (key, viewer) VALUES (:key, :viewer) ON CONFLICT DO NOTHING"
    " RETURNING key"
)
_FIND = text("SELECT location FROM submission WHERE key = :key AND viewer = :viewer")
_FINISH = text("UPDATE submission SET location = :location WHERE key = :key")


@dataclass(frozen=True)
class AlreadyDone:
    """The submission has been carried out before; `location` is where it led."""

    location: str | None


def claim(session: Session, key: UUID) -> AlreadyDone | None:
    """Take this submission for the present transaction, or learn that it is done already.

    A second claim made at the same moment waits for the first transaction to end.
    """
    viewer = current_viewer(session)
    if session.execute(_CLAIM, {"key": key, "viewer": viewer}).first():
        return None
    found = session.execute(_FIND, {"key": key, "viewer": viewer}).first()
    return AlreadyDone(found.location if found else None)


def led_to(session: Session, key: UUID) -> str | None:
    """Where this submission of the viewer's led, if it has been carried out."""
    found = session.execute(_FIND, {"key": key, "viewer": current_viewer(session)}).first()
    return found.location if found else None


def finish(session: Session, key: UUID, location: str) -> None:
    """Remember where this submission led, for a repeat of it."""
    session.execute(_FINISH, {"key": key, "location": location})
