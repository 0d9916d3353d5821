"""A page asks the database as often for many rows as for few."""

from collections.abc import Callable
from operator import attrgetter

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import services as families
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from keywork.plans import services as plans
from tests.conftest import PageClient
from tests.factories import commissioning, handoffs
from tests.factories.access import known_and_opened
from tests.factories.documents import a_document
from tests.factories.people import was_called
from tests.factories.places import is_known
from tests.factories.relationships import related
from tests.factories.retention import a_hold_and_a_review, officers
from tests.factories.sharing import a_consent, a_decision
from tests.factories.subject_access import a_request, an_officer

Count = Callable[[str], int]

KINDS = {"education": "carer", "crime": "grandparent", "money": "step_parent"}


class Town:
    """A hub in which more and more happens."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.money = commissioning.a_place(session)
        self.handoffs = handoffs.a_place(session)
        self.retention = officers(session)
        self.officer = an_officer(session)
        first = self.money.family.members[0]
        self.request = a_request(session, self.officer, first).reference
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
            if member is not place.family.members[-1]:
                related(
                    session,
                    place.worker,
                    place.family,
                    member,
                    KINDS[domain],
                    place.family.members[-1],
                )
            was_called(session, place.worker, place.family, member, domain)
            is_known(session, place.worker, place.family, member, domain)
            teacher = families.NewProfessional("Sam Hill", "Teacher", domain, "", clock.today())
            families.add_professional(session, place.worker, place.family.id, teacher)
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
        a_document(session, place.worker, place.family.reference)
        a_consent(session, place.worker, place.family.reference, organisation=domain)
        a_decision(session, place.worker, place.family.reference)
        commissioning.ask_and_decide(session, place, amount_pence=10_00)
        commissioning.ask_and_decide(session, place, amount_pence=150_00)
        known_and_opened(session, place)
        handoffs.a_handoff(session, self.handoffs)
        handoffs.accepted(session, self.handoffs, handoffs.a_handoff(session, self.handoffs))
        a_hold_and_a_review(session, self.retention.first, place.manager)
        session.commit()

    def who(self, name: str) -> Actor:
        """One of its people: `money.worker`."""
        return attrgetter(name)(self)  # type: ignore[no-any-return]


PAGES = [
    ("money.worker", "/", 14),
    ("money.manager", "/", 24),
    ("money.worker", "/families/{family}", 32),
    ("money.worker", "/families/{family}/plan", 25),
    ("money.worker", "/families/{family}/chronology", 16),
    ("money.worker", "/families/{family}/visits/new", 22),
    ("money.worker", "/families/{family}/money", 25),
    ("money.worker", "/families/{family}/team", 18),
    ("money.worker", "/families/{family}/record", 18),
    ("money.manager", "/families/{family}/close", 32),
    ("money.worker", "/families/{family}/people", 19),
    ("money.worker", "/families/{family}/people/{member}", 33),
    ("money.worker", "/families/{family}/tree", 14),
    ("money.worker", "/families/{family}/documents", 17),
    ("money.worker", "/families/{family}/sharing", 22),
    ("money.worker", "/families/{family}/copies", 16),
    ("money.worker", "/families/{family}/people/{member}/copy", 20),
    ("money.worker", "/families/{family}/people/{member}/copy/check?parts=plan&parts=facts", 70),
    (
        "money.worker",
        "/families/{family}/people/{member}/copy/check?parts=chronology&"
        "since-day=1&since-month=1&since-year=2020&until-day=1&until-month=1&until-year=2099",
        50,
    ),
    ("money.manager", "/families/{family}/audit", 18),
    ("money.worker", "/audit/mine", 12),
    ("money.manager", "/audit/worth-a-look", 16),
    ("money.manager", "/families/{family}/team/conflicts", 18),
    ("money.manager", "/emergencies", 8),
    ("money.manager", "/approvals", 15),
    ("money.finance", "/purses", 15),
    ("money.finance", "/purses/{purse}", 20),
    ("money.manager", "/alerts", 8),
    ("money.manager", "/account/devices", 8),
    ("money.manager", "/staff", 10),
    ("money.lead", "/cover", 8),
    ("money.manager", "/key-worker-left", 12),
    ("retention.first", "/retention", 12),
    ("retention.lead", "/retention/holds", 12),
    ("officer", "/subject-access", 6),
    ("officer", "/subject-access/{request}", 30),
    ("officer", "/subject-access/{request}/items", 27),
    ("handoffs.health_visitor", "/handoffs", 20),
    ("handoffs.manager", "/allocation", 20),
]


def test_a_page_asks_as_often_however_much_it_shows(
    session: Session, client: PageClient, statements: Count
) -> None:
    town = Town(session)
    town.happens()
    family = town.money.family

    def ask(who: str, path: str) -> int:
        client.sign_in(town.who(who).staff_id)
        return statements(
            path.format(
                request=town.request,
                family=family.reference,
                purse=town.money.purse,
                member=family.members[0].uid,
            )
        )

    few = {(who, path): ask(who, path) for who, path, _ in PAGES}
    town.happens()
    town.happens()
    assert {page: ask(*page) for page in few} == few
    assert {
        page: (few[page], most) for *page_, most in PAGES if few[page := (*page_,)] > most
    } == {}
