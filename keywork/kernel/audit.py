"""Who did or read what. Append-only in the database; references only, never names or text.

Each day is sealed when it is over: see keywork/auditing. `config/reference/audit_acts.toml` says
each act in words.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.kernel.viewer import current_viewer

_INSERT = text("""
    INSERT INTO audit_event (viewer, act, subject, family_id)
    VALUES (:viewer, :act, :subject, :family_id)""")


def record(session: Session, act: str, subject: str, *, family_id: int | None = None) -> None:
    """Note that the session's viewer did `act` (`family.read`, `spend.approve`) to `subject`.

    `subject` is a reference such as `KW-0412`; nothing a person typed belongs in it. Whose record
    it was is known from a family's reference; for any other subject say its `family_id`.
    """
    values = {"act": act, "subject": subject, "family_id": family_id}
    session.execute(_INSERT, values | {"viewer": current_viewer(session)})
