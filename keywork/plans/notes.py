"""What the chronology says of the plan under an entry: which goals and actions it was about."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# A correction was about what the entry was about that it corrects.
_FIND = text("""
  WITH RECURSIVE corrected AS (
    SELECT uid, id, supersedes_id FROM entry WHERE uid = ANY (:uids)
    UNION ALL
    SELECT corrected.uid, entry.id, entry.supersedes_id
    FROM corrected JOIN entry ON entry.id = corrected.supersedes_id
  )
  SELECT corrected.uid, 1 AS place, goal.id, 'Goal “' || goal.words || '”' AS line
  FROM corrected JOIN entry_goal ON entry_goal.entry_id = corrected.id
  JOIN goal ON goal.id = entry_goal.goal_id
  UNION ALL
  SELECT corrected.uid, 2, action.id, 'Action: ' || action.words
  FROM corrected JOIN entry_action ON entry_action.entry_id = corrected.id
  JOIN action ON action.id = entry_action.action_id
  ORDER BY place, id
""")


def entry_notes(session: Session, uids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The goals and actions of each entry, as far as the session's viewer may see them."""
    found: dict[UUID, list[str]] = {}
    for row in session.execute(_FIND, {"uids": list(uids)}):
        found.setdefault(row.uid, []).append(row.line)
    return found
