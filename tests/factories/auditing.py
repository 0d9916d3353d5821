"""What has been audited, as an information officer reads it."""

from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.kernel.viewer import current_viewer, set_viewer
from tests.factories.accounts import a_member_of_staff

EVENTS = text("""
    SELECT viewer, act, subject, family_id FROM audit_event WHERE act LIKE :act ORDER BY id""")


class Audited(NamedTuple):
    """Who did what to what, and in whose record."""

    viewer: str
    act: str
    subject: str
    family_id: int | None


def audited(session: Session, act: str = "%") -> list[Audited]:
    """Every audited act of this name (as LIKE has it), first to last."""
    before = current_viewer(session)
    set_viewer(session, a_member_of_staff(session, "information_officer", None).viewer)
    found = [Audited(*row) for row in session.execute(EVENTS, {"act": act})]
    set_viewer(session, before)
    return found
