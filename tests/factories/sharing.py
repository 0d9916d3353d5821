"""Consent, and decisions to share."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries as families
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from keywork.sharing import queries, services
from keywork.sharing.services import Decision, Given, Question

SCHOOL = "Mill Lane School"


def a_consent(
    session: Session,
    actor: Actor,
    reference: str,
    state: str = "given",
    version: int = 0,
    *,
    organisation: str = SCHOOL,
    named: Collection[int] | None = None,
    **changes: Any,
) -> UUID:
    """What the first member says about working together with the school; the answer's uid. The
    session reads as the actor."""
    set_viewer(session, actor.viewer)
    family = families.family(session, reference)
    question = Question(family.members[0].id, "family_help", organisation)
    given = Given(state, "consent", **changes)
    services.record_consent(
        session, actor, family.id, question, given, version=version, named_staff=named
    )
    return queries.series(session, question.member_id, "family_help", organisation)[0].uid


def a_decision(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    named: Collection[int] | None = None,
    **changes: Any,
) -> None:
    """The school is told about the first member. The session reads as the actor."""
    set_viewer(session, actor.viewer)
    family = families.family(session, reference)
    usual = {
        "shared": True,
        "happened_on": clock.today(),
        "member_ids": [family.members[0].id],
        "purpose": "family_help",
        "organisation_kind": "school",
        "organisation": SCHOOL,
        "person": "Ms Okoro",
        "what": "who works with the family",
        "basis": "public_task",
        "reason": "So that school can plan with us",
    }
    services.record_decision(
        session, actor, family, Decision(**(usual | changes)), named_staff=named
    )
