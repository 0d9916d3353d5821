"""Work to be done after the commit, kept in the same transaction as its cause."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

_INSERT = text("INSERT INTO outbox (task, arguments) VALUES (:task, CAST(:arguments AS jsonb))")


def enqueue(session: Session, task: str, **arguments: Any) -> None:
    """Have the named task done after this transaction commits.

    `task` is a name such as `commissioning.decide`; `arguments` are ids and references only,
    never names or free text. The insert also wakes the relay.
    """
    session.execute(_INSERT, {"task": task, "arguments": json.dumps(arguments)})
