"""What somebody sent after their sign-in had run out, kept for them alone for an hour."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from keywork.kernel.drafts import Content
from keywork.kernel.viewer import acting_as, practitioner

_KEEP = text(
    "INSERT INTO kept_form (staff_id, address, content) VALUES (:staff_id, :address, :content)"
    " ON CONFLICT (staff_id, address) DO UPDATE"
    " SET uid = excluded.uid, content = excluded.content, kept_at = now() RETURNING uid"
).bindparams(bindparam("content", type_=JSONB))
# What was sent meanwhile is not shown again.
_FIND = text(
    "SELECT address, content FROM kept_form"
    " WHERE uid = :uid AND kept_at > now() - interval '1 hour'"
    " AND NOT EXISTS (SELECT FROM submission WHERE key = CASE"
    " WHEN content -> 'submission' ->> 0 ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
    " THEN (content -> 'submission' ->> 0)::uuid END)"
)
_SWEEP = text("DELETE FROM kept_form WHERE kept_at < now() - interval '1 hour'")

LONGEST_ADDRESS: Final = 2000


@dataclass(frozen=True)
class KeptForm:
    """A form as it was sent, and to which address of ours."""

    address: str
    content: Content


def keep(session: Session, staff_id: int, address: str, content: Content) -> UUID:
    """Keep what this member of staff sent to the address; returns what to ask for it by.

    It replaces what was kept for that address before. Nobody is signed in, so it is written for
    whoever was.
    """
    with acting_as(session, practitioner(staff_id)):
        kept = {"staff_id": staff_id, "address": address, "content": content}
        uid: UUID = session.execute(_KEEP, kept).scalar_one()
    return uid


def find(session: Session, uid: UUID) -> KeptForm | None:
    """What was kept under this name for the session's viewer, if it is not too old."""
    row = session.execute(_FIND, {"uid": uid}).one_or_none()
    return KeptForm(*row) if row else None


def sweep(session: Session) -> None:
    """Forget what is older than an hour, for everybody."""
    session.execute(_SWEEP)
