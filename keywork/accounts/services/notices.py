"""Letters that tell a person what was done to their account."""

from typing import Final
from uuid import uuid4

from sqlalchemy.orm import Session

from keywork.kernel import outbox

NOTICES: Final = {
    "password": "Your keywork password was changed",
    "second_factor": "An authenticator app was set up for your keywork account",
    "no_second_factor": "Your authenticator app was removed from your keywork account",
    "stands_in": "You are to stand in for a colleague in keywork",
}


def tell(session: Session, staff_id: int, what: str) -> None:
    """Have the person told by e-mail of one of the things above."""
    outbox.enqueue(session, "accounts.email_notice", staff_id=staff_id, what=what, key=str(uuid4()))
