"""Who did or read what. Append-only in the database; references only, never names or text."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.kernel.viewer import current_viewer

_INSERT = text("INSERT INTO audit_event (viewer, act, subject) VALUES (:viewer, :act, :subject)")


def record(session: Session, act: str, subject: str) -> None:
    """Note that the session's viewer did `act` (`family.read`, `spend.approve`) to `subject`.

    `subject` is a reference such as `KW-0412`; nothing a person typed belongs in it.
    """
    session.execute(_INSERT, {"viewer": current_viewer(session), "act": act, "subject": subject})
