"""A hub with something waiting behind every form."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.families.policy import NewPerson
from keywork.handoffs import services as handoff_services
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from keywork.plans import queries as plan_queries
from keywork.plans import services as plans
from tests.factories import commissioning, handoffs
from tests.factories.access import Access, access
from tests.factories.commissioning import Place
from tests.factories.life import Lives, lives
from tests.factories.places import is_known
from tests.factories.relationships import related
from tests.factories.retention import Standing, standing
from tests.factories.same_person import SamePeople, same_people
from tests.factories.sharing import a_consent
from tests.factories.staffing import Staffing, staffing
from tests.factories.subject_access import Asking, asking


@dataclass(frozen=True)
class People:
    """Places in the family, by what can be done about them, and somebody's other name."""

    member: UUID
    leaving: UUID
    former: UUID
    unborn: UUID
    name: int


@dataclass(frozen=True)
class Site:
    """Who works at a hub, and the references of what they work on."""

    place: Place
    desk: handoffs.Place
    lives: Lives
    staffing: Staffing
    access: Access
    retention: Standing
    asking: Asking
    people: People
    same_people: SamePeople
    family: str
    need: UUID
    goal: UUID
    action: UUID
    entry: UUID
    consent: UUID
    home: UUID
    number: UUID
    carer: UUID
    sibling: UUID
    drafts: list[UUID]
    sent: str
    allocated: str
    returnable: str
    accepted: str
    waiting: str
    approved: str
    bought: str
    withdrawable: str

    def email(self, who: str) -> str:
        """How somebody signs in."""
        people: dict[str, Actor] = {
            "worker": self.place.worker,
            "manager": self.place.manager,
            "lead": self.place.lead,
            "keeper": self.retention.officer,
            "officer": self.asking.officer,
            "visitor": self.desk.health_visitor,
            "allocator": self.desk.manager,
            "answerer": self.desk.key_worker,
        }
        return people[who].email


def a_site(session: Session) -> Site:
    """Make everything that there are forms for."""
    place = commissioning.a_place(session, 5_000_00)
    plan = plan_queries.plan(session, place.family.ids)
    desk = handoffs.a_place(session)
    return Site(
        place=place,
        desk=desk,
        lives=lives(session, place),
        staffing=staffing(session, place.manager, place.hub_id),
        access=access(session, place),
        retention=standing(session, place.manager),
        asking=asking(session),
        people=_people(session, place),
        same_people=same_people(session, place.manager),
        family=place.family.reference,
        need=plan.needs[0].uid,
        goal=plan.goals[0].uid,
        action=_action(session, place, plan.goals[0].uid),
        entry=_visit(session, place),
        consent=a_consent(session, place.worker, place.family.reference),
        **_places(session, place),
        **_relationships(session, place),
        **_spends(session, place),
        **_handoffs(session, desk),
    )


def _relationships(session: Session, place: Place) -> dict[str, UUID]:
    first, second = place.family.members[:2]
    return {
        kind: related(session, place.worker, place.family, first, kind, second)
        for kind in ("carer", "sibling")
    }


def _people(session: Session, place: Place) -> People:
    actor, family = place.worker, place.family

    def added(role: str, given_name: str) -> UUID:
        new = NewPerson(given_name, f"Quill{family.id}", None, None, role)
        return family_services.add_person(session, actor, family, new)

    member, leaving, former = (added("other_adult", name) for name in ("Abe", "Bo", "Cy"))
    family_services.add_other_name(
        session, actor, family, member, name=("Abel", "Quill"), kind="alias", version=2
    )
    family_services.end_member(
        session, family, former, on=clock.today(), reason="Moved out", version=2
    )
    [name] = families.person(session, family, member).names
    return People(member, leaving, former, added("unborn", "Unborn"), name.id)


def _action(session: Session, place: Place, goal: UUID) -> UUID:
    return plans.add_action(
        session,
        place.worker,
        place.family.id,
        goal,
        words="Order a cot",
        owner=plans.Owner(staff_id=place.worker.staff_id),
        due_on=clock.today(),
    )


def _visit(session: Session, place: Place) -> UUID:
    seen = [place.family.members[0].id]
    notes = family_services.VisitNotes(
        happened_at=clock.now(), minutes=30, about=seen, seen=seen, text="All at home"
    )
    family_services.record_visit(session, place.family, notes)
    entries = families.chronology(session, [place.family.id], None).entries
    uid = next(entry.uid for entry in entries if entry.kind == "visit")
    family_services.mark_significant(session, place.family, uid)
    return uid


def _places(session: Session, place: Place) -> dict[str, UUID]:
    family, person = place.family, place.family.members[0]
    is_known(session, place.worker, family, person, "3 Elm Road")
    known = families.places(session, family, person, clock.today())
    return {"home": known.residences[0].uid, "number": known.contacts[0].uid}


def _spends(session: Session, place: Place) -> dict[str, str]:
    def asked(pence: int, category: str) -> commissioning.SpendView:
        return commissioning.ask_and_decide(session, place, amount_pence=pence, category=category)

    bought = commissioning.buy(session, place, asked(20_00, "bed"), 19_00)
    return {
        "bought": bought.reference,
        "approved": asked(30_00, "baby").reference,
        "withdrawable": asked(25_00, "clothing").reference,
        "waiting": asked(150_00, "household").reference,
    }


def _handoffs(session: Session, desk: handoffs.Place) -> dict[str, object]:
    sent, allocated, returnable, accepted = (handoffs.a_handoff(session, desk) for _ in range(4))
    for handoff in (allocated, returnable):
        handoffs.allocated(session, desk, handoff)
    handoffs.accepted(session, desk, accepted)
    author = desk.health_visitor
    set_viewer(session, author.viewer)
    drafts = [handoff_services.start(session, author, handoffs.two_people()[0]) for _ in range(3)]
    handoff_services.save_section(session, drafts[2], "why", handoffs.WHY)
    handoff_services.save_section(session, drafts[2], "contact", handoffs.contact(desk))
    return {
        "sent": sent.reference,
        "allocated": allocated.reference,
        "returnable": returnable.reference,
        "accepted": accepted.reference,
        "drafts": drafts,
    }
