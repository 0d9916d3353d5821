"""What is known of persons."""

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.queries import FamilyView, MemberView


def was_called(
    session: Session, actor: Actor, family: FamilyView, member: MemberView, given_name: str
) -> None:
    """A member had another first name."""
    version = queries.person(session, family, member.uid).version
    name = (given_name, member.family_name)
    services.add_other_name(
        session, actor, family, member.uid, name=name, kind="former", version=version
    )
