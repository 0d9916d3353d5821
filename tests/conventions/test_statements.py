"""A page asks the database as often for many rows as for few."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import services as families
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from keywork.plans import services as plans
from tests.conftest import PageClient
from tests.factories import commissioning, handoffs

Count = Callable[[str], int]


class Town:
    """A hub in which more and more happens."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.money = commissioning.a_place(session)
        self.handoffs = handoffs.a_place(session)
        self.domains = iter(("education", "crime", "money"))

    def happens(self) -> None:
        """Another family, visit, need, goal, action, spend and handoff."""
        domain = next(self.domains)
        place, session = self.money, self.session
        commissioning.a_family(session, place.hub_id, place.manager, place.worker)
        set_viewer(session, place.worker.viewer)
        for member in place.family.members:
            families.record_entry(
                session, family_id=place.family.id, kind="visit", text="x", seen=[member.id]
            )
            need = plans.add_need(
                session,
                place.worker,
                place.family.id,
                member_id=member.id,
                domain=domain,
                severity=2,
            )
            goal = plans.add_goal(
                session, place.worker, place.family.id, words="x", baseline=1, need_uids=[need]
            )
            plans.add_action(
                session,
                place.worker,
                place.family.id,
                goal,
                words="x",
                owner=plans.Owner(staff_id=place.worker.staff_id),
                due_on=clock.today(),
            )
        commissioning.ask_and_decide(session, place, amount_pence=10_00)
        commissioning.ask_and_decide(session, place, amount_pence=150_00)
        handoffs.a_handoff(session, self.handoffs)
        handoffs.accepted(session, self.handoffs, handoffs.a_handoff(session, self.handoffs))
        session.commit()

    def who(self, name: str) -> Actor:
        """One of its people: `money.worker`."""
        room, person = name.split(".")
        return getattr(getattr(self, room), person)  # type: ignore[no-any-return]


PAGES = [
    ("money.worker", "/", 14),
    ("money.manager", "/", 22),
    ("money.worker", "/families/{family}", 32),
    ("money.worker", "/families/{family}/plan", 25),
    ("money.worker", "/families/{family}/chronology", 16),
    ("money.worker", "/families/{family}/money", 25),
    ("money.worker", "/families/{family}/people", 16),
    ("money.manager", "/approvals", 15),
    ("money.finance", "/purses", 15),
    ("money.finance", "/purses/{purse}", 20),
    ("money.manager", "/alerts", 8),
    ("handoffs.health_visitor", "/handoffs", 20),
    ("handoffs.manager", "/allocation", 20),
]


@pytest.mark.parametrize(("who", "path", "most"), PAGES)
def test_a_page_asks_as_often_however_much_it_shows(
    session: Session, client: PageClient, statements: Count, who: str, path: str, most: int
) -> None:
    town = Town(session)
    town.happens()
    address = path.format(family=town.money.family.reference, purse=town.money.purse)
    client.sign_in(town.who(who).staff_id)
    few = statements(address)
    town.happens()
    town.happens()
    assert (statements(address), few <= most) == (few, True), few
