"""Reads about alerts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.alerts.models import Alert


@dataclass(frozen=True)
class AlertLine:
    """An open alert, for showing to the person it is addressed to."""

    uid: UUID
    kind: str
    subject: str
    path: str
    line: str
    raised_at: datetime
    is_new: bool

    @property
    def to_do(self) -> bool:
        """Whether it asks for something, so that having seen it is not enough."""
        return not self.kind.endswith((".decided", ".declared", ".refused"))


def open_alerts(session: Session, staff_id: int) -> list[AlertLine]:
    """The person's open alerts, newest first. Nobody else can read them."""
    shown = select(
        Alert.uid,
        Alert.kind,
        Alert.subject,
        Alert.path,
        Alert.line,
        Alert.raised_at,
        Alert.seen_at.is_(None),
    )
    mine = (Alert.staff_id == staff_id, Alert.resolved_at.is_(None))
    rows = session.execute(shown.where(*mine).order_by(Alert.id.desc()))
    return [AlertLine(*row) for row in rows]
