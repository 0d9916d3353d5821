"""What somebody has typed into a form and not sent yet, kept for them alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from keywork.kernel.viewer import current_viewer

Content = dict[str, list[str]]
"""The values of each field, by its name."""

_SAVE = text(
    "INSERT INTO form_draft (viewer, path, content) VALUES (:viewer, :path, :content)"
    " ON CONFLICT (viewer, path) DO UPDATE"
    " SET content = excluded.content, saved_at = now() RETURNING saved_at"
).bindparams(bindparam("content", type_=JSONB))
# What was sent is no draft any more, even if the page saved it once again on its way out.
_LOAD = text(
    "SELECT content, began_at, saved_at FROM form_draft WHERE viewer = :viewer AND path = :path"
    " AND NOT EXISTS (SELECT FROM submission WHERE key = CASE"
    " WHEN content -> 'submission' ->> 0 ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
    " THEN (content -> 'submission' ->> 0)::uuid END)"
)
_DISCARD = text("DELETE FROM form_draft WHERE viewer = :viewer AND path = :path")
_SWEEP = text("DELETE FROM form_draft WHERE saved_at < now() - :age")


@dataclass(frozen=True)
class Draft:
    """A form as it was left."""

    content: Content
    began_at: datetime
    saved_at: datetime


def save(session: Session, path: str, content: Content) -> datetime:
    """Keep what the session's viewer has typed on the page at this path; returns when.

    It replaces what was kept before. A draft whose form was sent meanwhile begins anew.
    """
    if load(session, path) is None:
        discard(session, path)
    kept = {"viewer": current_viewer(session), "path": path, "content": content}
    saved_at: datetime = session.execute(_SAVE, kept).scalar_one()
    return saved_at


def load(session: Session, path: str) -> Draft | None:
    """What the session's viewer has left on the page at this path."""
    row = session.execute(_LOAD, {"viewer": current_viewer(session), "path": path}).one_or_none()
    return Draft(*row) if row else None


def discard(session: Session, path: str) -> None:
    """Forget it; nothing happens if there is none."""
    session.execute(_DISCARD, {"viewer": current_viewer(session), "path": path})


def sweep(session: Session, age: timedelta) -> None:
    """Forget, for everybody, what has not been touched for so long."""
    session.execute(_SWEEP, {"age": age})
