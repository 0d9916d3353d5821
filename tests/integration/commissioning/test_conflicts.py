"""Who knows a family decides none of its spends, and hears of none."""

import pytest
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.alerts.queries import open_alerts
from keywork.commissioning import queries, services
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.kernel.errors import NotVisible
from keywork.kernel.viewer import set_viewer
from tests.factories import commissioning


def knows(session: Session, place: commissioning.Place, manager: Actor) -> None:
    """A manager says that they know the place's family."""
    set_viewer(session, manager.viewer)
    family = families.family(session, place.family.reference)
    family_services.declare_conflict(
        session,
        manager,
        family,
        staff_id=manager.staff_id,
        member_ids=[family.members[0].id],
        reason="My brother",
    )


def told(session: Session, actor: Actor) -> list[str]:
    """Which spends somebody is to decide."""
    set_viewer(session, actor.viewer)
    alerts = open_alerts(session, actor.staff_id)
    return [alert.subject for alert in alerts if alert.kind == "spend.waiting"]


def test_a_manager_who_knows_the_family_is_passed_over(session: Session) -> None:
    place = commissioning.a_place(session)
    manager, second = place.manager, place.second_manager
    knows(session, place, manager)
    spend = commissioning.ask_and_decide(session, place, amount_pence=150_00)
    assert told(session, second) == [spend.reference]
    assert told(session, manager) == []
    assert queries.waiting_for(session, manager) == []
    with pytest.raises(NotVisible):
        services.approve(session, manager, spend.reference, spend.version)
    knows(session, place, second)
    other = commissioning.ask_and_decide(session, place, amount_pence=160_00)
    assert told(session, place.lead) == [other.reference]
