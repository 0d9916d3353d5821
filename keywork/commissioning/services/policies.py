"""Filing a version of the approval policy."""

import hashlib

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from keywork.commissioning.models import PolicyVersion
from keywork.commissioning.policy import parse_policy


def load_policy(session: Session, document: str) -> bool:
    """File the policy in this TOML document; False when just this one is filed already.

    Raises ValueError when it is not a policy.
    """
    rules = parse_policy(document)
    filed = session.execute(
        insert(PolicyVersion)
        .values(
            sha256=hashlib.sha256(document.encode()).digest(),
            valid_from=rules.valid_from,
            document=document,
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
        .returning(PolicyVersion.id)
    ).scalar()
    return filed is not None
