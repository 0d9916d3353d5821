"""What members of a family are to each other."""

from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.services import RelationshipFacts


def related(
    session: Session,
    actor: Actor,
    family: queries.FamilyView,
    first: queries.MemberView,
    kind: str,
    second: queries.MemberView,
) -> UUID:
    """Say what the first is to the second."""
    return services.add_relationship(
        session,
        actor,
        family,
        first=first.person_id,
        second=second.person_id,
        kind=kind,
        facts=RelationshipFacts(),
    )
