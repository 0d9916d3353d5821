"""A record with everything in it, closed; and those who look after what is kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.commissioning import queries as money
from keywork.commissioning import services as spending
from keywork.families import queries as families
from keywork.families import services
from keywork.families.policy import KEPT, MERGED_FACTS, NewPerson
from keywork.families.services import NewProfessional, SafeContact, Split, VisitNotes
from keywork.kernel import clock, drafts
from keywork.kernel.files import Upload
from keywork.kernel.viewer import acting_as, set_viewer, system_task
from keywork.plans import services as plans
from keywork.retention import queries
from keywork.retention import services as retention
from keywork.retention.policy import Policy, RecordClass, Rule
from tests.factories import commissioning, handoffs
from tests.factories.accounts import a_member_of_staff
from tests.factories.documents import a_document
from tests.factories.families import an_nhs_number
from tests.factories.people import was_called
from tests.factories.places import is_known
from tests.factories.relationships import related
from tests.factories.same_person import by_night
from tests.factories.sharing import a_consent, a_decision

TASK = system_task("retention")
SURNAME, WORDS = "Zephyrine", "zanzibar"
"""What nobody else is called, and what nobody else wrote."""

KEPT_FORM = """INSERT INTO kept_form (staff_id, address, content)
  VALUES (:worker, :address, jsonb_build_object('text', CAST(:words AS text)))"""
FILE = "INSERT INTO stored_file (name, scan) VALUES (repeat('ab', 16), 'clean')"
COPY = """
  INSERT INTO copy (reference, family_id, member_id, entry_id, author, made_by, parts, items,
    stored_name, size_bytes, sha256, readers)
  SELECT 'C-AAAAAAA', e.family_id, m.id, e.id, e.author, :worker, '{plan}', 1, repeat('ab', 16), 1,
    decode(repeat('ab', 32), 'hex'), e.readers
  FROM entry e JOIN member m ON m.family_id = e.family_id
  WHERE e.family_id = :family AND e.author = 'staff:' || :worker LIMIT 1"""

JPEG = b"\xff\xd8\xff\xe0" + bytes(200)

AT_ONCE = Policy(
    valid_from=date(2026, 4, 1),
    estimate_adds_years=0,
    child_until_years=0,
    put_off_at_most_years=5,
    hold_looked_at_within_years=2,
    classes={
        key: RecordClass(key, key, (Rule("closed", 0),))
        for key in ("any", "child", "adult", "unborn", "money", "not_taken_up")
    },
    handoff_years={"handoff": 0, "partner_request": 0},
)
"""Whatever is closed today has been kept long enough."""


@dataclass(frozen=True)
class Officers:
    """Two information officers and a service lead."""

    first: Actor
    second: Actor
    lead: Actor


@dataclass(frozen=True)
class Whole:
    """A closed record with a row in every table, and another with which it shares a person."""

    place: commissioning.Place
    reference: str
    family_id: int
    joined: str
    other: str
    nhs_number: str
    health_visitor: Actor
    handoff: str
    spend: str


@dataclass(frozen=True)
class Standing:
    """An officer, a review and a hold, and the reference of what is held."""

    officer: Actor
    review: UUID
    hold: UUID
    held: str


def officers(session: Session) -> Officers:
    """Make them."""
    roles = ("information_officer", "information_officer", "service_lead")
    return Officers(*(a_member_of_staff(session, role, None) for role in roles))


def a_closed_record(
    session: Session, manager: Actor, surname: str = "Rook", closed_on: date | None = None
) -> families.FamilyView:
    """A record of two adults that was closed; long ago, if it is said when."""
    [hub_id] = manager.managed_hub_ids
    set_viewer(session, manager.viewer)
    began = closed_on - timedelta(days=90) if closed_on else None
    people = [NewPerson(name, surname, date(1980, 2, 3), None, "parent") for name in ("Ida", "Kit")]
    opened = services.open_family(session, manager, hub_id, people, began)
    services.close_family(session, manager, opened.id, reason="needs_met")
    if closed_on:
        session.execute(
            text("UPDATE family SET closed_on = :day WHERE id = :id"),
            {"day": closed_on, "id": opened.id},
        )
    return families.family(session, opened.reference)


def a_hold_and_a_review(session: Session, officer: Actor, manager: Actor) -> Standing:
    """A record that was kept long enough, and another that is held."""
    record = a_closed_record(session, manager, closed_on=date(2017, 5, 6))
    held = a_closed_record(session, manager, "Lark")
    reviewed(session)
    review = review_of(session, officer, record.reference)
    hold = retention.place_hold(
        session,
        officer,
        held.reference,
        reason="An inquiry",
        reference="Q-12",
        look_again_on=clock.today() + timedelta(days=30),
    )
    return Standing(officer, review.uid, hold, held.reference)


def standing(session: Session, manager: Actor) -> Standing:
    """One review and one hold, the same for every hub: whoever looks after them has none."""
    officer = a_member_of_staff(session, "information_officer", None)
    with acting_as(session, officer.viewer):
        reviews, holds = queries.queue(session), queries.holds(session)
        if reviews and holds:
            return Standing(officer, reviews[0].uid, holds[0].uid, holds[0].subject)
        return a_hold_and_a_review(session, officer, manager)


def reviewed(session: Session) -> None:
    """What beat asks for at night. The session reads as that task afterwards."""
    set_viewer(session, TASK)
    retention.review_records(session)


def review_of(session: Session, actor: Actor, reference: str) -> Any:
    """The record in the queue, for whom the session reads afterwards."""
    set_viewer(session, actor.viewer)
    return next(r for r in queries.queue(session) if r.reference == reference)


def erased(session: Session, people: Officers, reference: str) -> None:
    """One proposes it and another confirms; it is in the queue already."""
    review = review_of(session, people.first, reference)
    retention.propose(session, people.first, review.uid, review.version)
    set_viewer(session, people.second.viewer)
    retention.confirm(session, people.second, review.uid, review.version + 1)


def a_whole_record(session: Session, people: Officers) -> Whole:
    """Make it, in the way that everybody would, and close it."""
    place = commissioning.a_place(session, 1_000_00)
    manager, worker = place.manager, place.worker
    hester = NewPerson("Hester", SURNAME, date(1984, 3, 2), an_nhs_number(), "parent")
    child = NewPerson("Jorah", SURNAME, date(2012, 5, 6), None, "child")
    shared = NewPerson("Orla", "Brightwater", date(1990, 1, 1), an_nhs_number(), "other_adult")
    family = _opened(session, place, hester, child, shared)
    twin = _opened(session, place, NewPerson("Jorha", SURNAME, date(2012, 5, 6), None, "child"))
    set_viewer(session, manager.viewer)
    services.join_team(session, twin.id, worker.staff_id, "specialist")
    goal = _plan(session, worker, family)
    _known(session, worker, family)
    spend = _money(session, place, family, goal)
    handoff, visitor = _handed_off(session, place, family, hester, child)
    _same_child(session, manager)
    set_viewer(session, manager.viewer)
    services.join_families(session, manager, family.id, twin.id, reason="same_family", words=WORDS)
    other = _split(session, place, family)
    _around(session, place, people, family)
    set_viewer(session, manager.viewer)
    services.close_family(session, manager, family.id, reason="needs_met", words=WORDS)
    assert hester.nhs_number
    return Whole(
        place=place,
        reference=family.reference,
        family_id=family.id,
        joined=twin.reference,
        other=other,
        nhs_number=hester.nhs_number,
        health_visitor=visitor,
        handoff=handoff,
        spend=spend,
    )


def _opened(
    session: Session, place: commissioning.Place, *persons: NewPerson
) -> families.FamilyView:
    set_viewer(session, place.manager.viewer)
    began = clock.today() - timedelta(days=30)
    opened = services.open_family(session, place.manager, place.hub_id, persons, began)
    services.join_team(session, opened.id, place.worker.staff_id, "key_worker")
    contact = SafeContact(False, True, False, False, f"after {WORDS}")
    services.set_safe_contact(session, place.manager, opened.id, contact)
    return families.family(session, opened.reference)


def _plan(session: Session, worker: Actor, family: families.FamilyView) -> UUID:
    set_viewer(session, worker.viewer)
    need = plans.add_need(
        session, worker, family.id, member_id=family.members[0].id, domain="housing", severity=2
    )
    goal = plans.add_goal(
        session, worker, family.id, words=f"A {WORDS}", baseline=3, need_uids=[need]
    )
    owner = plans.Owner(member_id=family.members[0].id)
    action = plans.add_action(
        session, worker, family.id, goal, words=WORDS, owner=owner, due_on=clock.today()
    )
    notes = VisitNotes(
        happened_at=clock.now(),
        minutes=30,
        about=[family.members[0].id],
        seen=[family.members[0].id],
        text=f"Hester {SURNAME} told of {WORDS}",
    )
    scores = {goal: plans.Score(5, 0)}
    towards = plans.Towards(goals=[goal], scores=scores, actions=[action])
    plans.record_visit(session, worker, family, notes, towards)
    entries = families.chronology(session, family.ids, None).entries
    visit = next(entry.uid for entry in entries if entry.kind == "visit")
    services.mark_significant(session, family, visit)
    return goal


def _known(session: Session, worker: Actor, family: families.FamilyView) -> None:
    first, child, shared = family.members
    was_called(session, worker, family, first, "Hettie")
    related(session, worker, family, first, "birth_parent", child)
    related(session, worker, family, first, "partners", shared)
    is_known(session, worker, family, first, f"3 {WORDS} Road")
    teacher = NewProfessional("Sam Hill", "Teacher", WORDS, "", clock.today())
    services.add_professional(session, worker, family.id, teacher)
    a_document(session, worker, family.reference, f"{WORDS} letter")
    a_consent(session, worker, family.reference)
    a_decision(session, worker, family.reference, what=WORDS)
    version = families.person(session, family, shared.uid).version
    services.change_role(
        session, worker, family, shared.uid, role="relative", on=clock.today(), version=version
    )


def _money(
    session: Session, place: commissioning.Place, family: families.FamilyView, goal: UUID
) -> str:
    wish = {
        "goal": goal,
        "member_ids": [member.id for member in family.members],
        "what": WORDS,
        "why": f"{SURNAME} {WORDS}",
        "amount_pence": 40_00,
    }
    own = commissioning.Place(**(vars(place) | {"family": family}))
    asked = commissioning.ask_and_decide(session, own, **wish)
    bought = commissioning.buy(session, own, asked, 39_00)
    set_viewer(session, place.worker.viewer)
    spending.add_receipt(session, place.worker, bought.reference, Upload("till.jpg", JPEG))
    waits = commissioning.ask_and_decide(session, own, **(wish | {"amount_pence": 450_00}))
    set_viewer(session, place.manager.viewer)
    spending.decline(
        session, place.manager, waits.reference, version=waits.version, reason=f"No {WORDS}"
    )
    return money.spend(session, bought.reference).reference


def _handed_off(
    session: Session, place: commissioning.Place, family: families.FamilyView, *persons: NewPerson
) -> tuple[str, Actor]:
    hub = next(hub.name for hub in accounts.hubs(session) if hub.id == place.hub_id)
    visitor = a_member_of_staff(session, "health_visitor", None)
    desk = handoffs.Place(place.hub_id, hub, place.manager, place.worker, place.worker, visitor)
    sent = handoffs.a_handoff(session, desk, list(persons), why=WORDS)
    handoffs.allocated(session, desk, sent, family_reference=family.reference)
    return sent.reference, visitor


def _same_child(session: Session, manager: Actor) -> None:
    by_night(session)
    set_viewer(session, manager.viewer)
    pair = next(p for p in families.same_people(session) if SURNAME in p.first.name)
    services.merge_people(
        session,
        manager,
        pair.uid,
        version=pair.version,
        chosen={fact.key: KEPT for fact in MERGED_FACTS},
        reason=f"Same {WORDS}",
    )


def _split(session: Session, place: commissioning.Place, family: families.FamilyView) -> str:
    """Orla has a record of her own as well, with a visit in it."""
    family = families.family(session, family.reference)
    shared = next(m for m in family.members if m.given_name == "Orla")
    split = Split((), (shared.id,), clock.today(), "safety", "", place.worker.staff_id)
    new = services.split_family(session, place.manager, family, split)
    set_viewer(session, place.worker.viewer)
    view = families.family(session, new.reference)
    is_known(session, place.worker, view, view.members[0], "5 Harbour Street")
    return new.reference


def _around(
    session: Session,
    place: commissioning.Place,
    people: Officers,
    family: families.FamilyView,
) -> None:
    """What stands about a record beside it."""
    set_viewer(session, place.worker.viewer)
    drafts.save(session, f"/families/{family.reference}/visits/new", {"text": [WORDS]})
    manager, worker = place.manager.staff_id, place.worker.staff_id
    values = {"family": family.id, "manager": manager, "worker": worker, "words": WORDS * 2}
    for statement in (KEPT_FORM, FILE, COPY):
        session.execute(text(statement), values | {"address": f"/families/{family.reference}/plan"})
    set_viewer(session, place.manager.viewer)
    session.execute(
        text(
            "INSERT INTO cover (absent_id, cover_id, family_id, reason, arranged_by)"
            " VALUES (:manager, :worker, :family, :words, :manager)"
        ),
        values,
    )
    for person in (m.person_id for m in family.members if m.given_name in {"Hester", "Orla"}):
        session.execute(
            text(
                "INSERT INTO conflict_of_interest"
                " (staff_id, person_id, family_id, reason, declared_by)"
                " VALUES (:staff, :person, :family, :words, :manager)"
            ),
            values | {"staff": people.lead.staff_id, "person": person, "words": "Neighbours"},
        )
    set_viewer(session, place.second_manager.viewer)
    session.execute(
        text(
            "INSERT INTO break_glass (reference, family_id, staff_id, kind, reason, ends_at)"
            " VALUES ('E-AAAAAAA', :family, :second, 'safety', :words,"
            " now() + interval '1 hour')"
        ),
        values | {"second": place.second_manager.staff_id},
    )
    set_viewer(session, people.first.viewer)
    held = retention.place_hold(
        session,
        people.first,
        family.reference,
        reason=WORDS,
        reference="Claim 7",
        look_again_on=clock.today() + timedelta(days=30),
    )
    retention.lift_hold(session, people.first, held, 1, reason=WORDS)
