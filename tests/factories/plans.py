"""Needs, goals and actions of a family."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.kernel import clock
from keywork.plans import services
from tests.factories.families import Case


def a_need(
    session: Session,
    case: Case,
    domain: str = "housing.overcrowding",
    *,
    by: Actor | None = None,
    named: tuple[Actor, ...] = (),
    member: int = 0,
) -> UUID:
    """A need of one of the family's members, by its key worker unless someone else is given."""
    key, _, type_ = domain.partition(".")
    return services.add_need(
        session,
        by or case.key_worker,
        case.id,
        member_id=case.members[member].id,
        domain=key,
        type_=type_,
        severity=2,
        named_staff=[actor.staff_id for actor in named],
    )


def a_goal(session: Session, case: Case, *need_uids: UUID, words: str = "Everyone sleeps") -> UUID:
    """A goal for these needs, or for a new one, by the key worker."""
    return services.add_goal(
        session,
        case.key_worker,
        case.id,
        words=words,
        baseline=3,
        need_uids=need_uids or (a_need(session, case),),
    )


def an_action(session: Session, case: Case, goal_uid: UUID, words: str = "Order a cot") -> UUID:
    """An action of the key worker's, due in a week."""
    return services.add_action(
        session,
        case.key_worker,
        case.id,
        goal_uid,
        words=words,
        owner=services.Owner(staff_id=case.key_worker.staff_id),
        due_on=clock.today() + timedelta(days=7),
    )
