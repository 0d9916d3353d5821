"""Acts that several capabilities have a say in."""

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.desk import queries
from keywork.families import services as families
from keywork.families.queries import FamilyView
from keywork.kernel.errors import Refusal


def close_family(
    session: Session, actor: Actor, family: FamilyView, reason: str, words: str
) -> None:
    """Close a family's record, unless something must be finished first."""
    families.lock_records(session, family.id)
    if queries.before_closing(session, family).in_the_way:
        raise Refusal("Finish what is listed here first")
    families.close_family(session, actor, family.id, reason=reason, words=words)
