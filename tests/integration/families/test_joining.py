"""Two records of one family: read as one, changed where things are, parted again as they were."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.services import NewPerson, SafeContact
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import set_viewer
from keywork.plans import queries as plans
from keywork.plans import services as plan_services
from tests.conftest import PageClient
from tests.factories import commissioning
from tests.factories.families import Case, a_case
from tests.factories.plans import a_goal, a_need


@dataclass(frozen=True)
class Two:
    """Two records at one hub, of a family of which some are in both."""

    a: Case
    b: Case
    manager: Actor

    @property
    def both(self) -> list[Case]:
        """The one joined into first."""
        return [self.a, self.b]


def as_new(member: queries.MemberView) -> NewPerson:
    """A member as somebody would type them in again."""
    return NewPerson(
        member.given_name,
        member.family_name,
        member.date_of_birth,
        member.nhs_number,
        member.role,
    )


def two_records(session: Session, shared: Collection[int] = (2, 3)) -> Two:
    """The records; `shared` are the places in B of who is in A too. The manager is A's."""
    a = a_case(session)
    b = a_case(session, "Okafor", a.hub_id)
    set_viewer(session, a.manager.viewer)
    people = [as_new(b.members[place]) for place in shared]
    services.add_members(session, a.manager, a.id, people)
    return Two(a, b, a.manager)


@pytest.fixture
def two(session: Session) -> Two:
    """Two records that share their children; the session reads for the hub's manager."""
    return two_records(session)


def join(session: Session, two: Two, *staff: Actor) -> queries.FamilyView:
    """Join B to A, and how A is then seen by the manager."""
    set_viewer(session, two.manager.viewer)
    services.join_families(
        session,
        two.manager,
        two.a.id,
        two.b.id,
        reason="reunited",
        staff_ids=[actor.staff_id for actor in staff],
    )
    session.expire_all()
    return queries.family(session, two.a.reference)


def undo(session: Session, two: Two) -> None:
    """Part them again, the last joined first."""
    set_viewer(session, two.manager.viewer)
    [last, *_] = queries.joins(session, two.a.id)
    services.undo_join(session, two.manager, last.uid, "They are not")
    session.expire_all()


def state(session: Session, *cases: Case) -> list[Any]:
    """All that joining may change of these records, and who may open each."""
    session.expire_all()
    found: list[Any] = []
    for case in cases:
        staff = (case.key_worker, case.specialist, case.manager, case.outsider)
        for actor in staff:
            set_viewer(session, actor.viewer)
            found.append((case.reference, actor.staff_id, queries.may_open(session, case.id)))
        set_viewer(session, cases[0].manager.viewer)
        family = queries.family(session, case.reference)
        entries = queries.chronology(session, family.ids, limit=200).entries
        found += [
            family.reference,
            family.ids,
            family.closed_on,
            family.members,
            [(place.uid, place.role, place.since) for place in family.team],
            family.safe_contact,
            queries.periods(session, family.id),
            plans.plan(session, family.ids),
            [e.uid for e in entries if e.kind not in {"joined", "safe_contact"}],
        ]
    return found


def refused_by(error: IntegrityError) -> str | None:
    """The constraint that an error is about."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None)


def test_the_other_record_is_read_as_part_of_this_one(session: Session, two: Two) -> None:
    set_viewer(session, two.b.key_worker.viewer)
    goal = a_goal(session, two.b, words="Both at school")
    a_need(session, two.b, "domestic_abuse")
    family = join(session, two, two.b.specialist)
    assert family.ids == [two.a.id, two.b.id]
    assert len({m.person_id for m in family.members}) == len(family.members) == 8
    assert [(t.staff_id, t.role) for t in family.team] == [
        (two.a.key_worker.staff_id, "key_worker"),
        (two.a.specialist.staff_id, "specialist"),
        (two.b.specialist.staff_id, "specialist"),
    ]
    set_viewer(session, two.a.key_worker.viewer)
    seen = plans.plan(session, family.ids)
    assert [g.uid for g in seen.goals] == [goal]
    parent = next(m for m in family.members if m.person_id == two.b.members[0].person_id)
    [need] = seen.needs  # what is protected from this key worker stays so
    assert seen.needs_of(parent.person_id, need.domain) == [need]
    assert queries.family(session, two.b.reference) == queries.family(session, two.a.reference)
    set_viewer(session, two.b.key_worker.viewer)
    with pytest.raises(NotVisible):
        queries.family(session, two.b.reference)


def test_what_is_in_the_other_record_is_changed_there(session: Session, two: Two) -> None:
    set_viewer(session, two.b.key_worker.viewer)
    goal = a_goal(session, two.b)
    family = join(session, two)
    set_viewer(session, two.a.key_worker.viewer)
    worker = two.a.key_worker
    plan_services.score_goal(session, worker, family.id, goal, 7, version=0)
    child = next(m for m in family.members if m.person_id == two.b.members[2].person_id)
    owner = plan_services.Owner(member_id=child.id)
    today = clock.today()
    action = plan_services.add_action(
        session, worker, family.id, goal, words="Draw", owner=owner, due_on=today
    )
    plan_services.complete_action(session, worker, family.id, action)
    [found] = plans.plan(session, family.ids).goals
    assert (found.latest, found.family_id, found.actions[0].owner) == (7, two.b.id, child.name)
    only_here = plan_services.Owner(member_id=two.a.members[0].id)
    with pytest.raises(Refusal, match="in the record that this goal is in"):
        plan_services.add_action(
            session, worker, family.id, goal, words="x", owner=only_here, due_on=today
        )
    need = plan_services.add_need(
        session, worker, family.id, member_id=child.id, domain="money", severity=1
    )
    before = [n.uid for n in plans.needs(session, family.ids) if n.family_id == two.b.id]
    with pytest.raises(Refusal, match="before two records were joined"):
        plan_services.add_goal(
            session, worker, family.id, words="x", baseline=1, need_uids=[need, *before]
        )


def test_money_of_the_other_record_counts_and_can_still_be_asked_for(session: Session) -> None:
    place = commissioning.a_place(session)
    spend = commissioning.ask_and_decide(session, place, amount_pence=40_00)
    main = a_case(session, hub_id=place.hub_id)
    set_viewer(session, place.manager.viewer)
    services.join_families(
        session,
        place.manager,
        main.id,
        place.family.id,
        reason="same_family",
        staff_ids=[place.worker.staff_id],
    )
    set_viewer(session, place.worker.viewer)
    family = queries.family(session, main.reference)
    again = commissioning.queries.spend(session, spend.reference)
    assert again.family_reference == main.reference
    assert commissioning.queries.family_total(session, family.ids) == 40_00
    members = [m.id for m in family.members if m.person_id == place.family.members[1].person_id]
    wish = commissioning.replace(place.wish, member_ids=members, amount_pence=10_00)
    reference = commissioning.services.ask_for_money(session, place.worker, family, wish)
    assert commissioning.queries.spend(session, reference).family_id == place.family.id


def test_only_what_both_allow_stays_safe(session: Session, two: Two) -> None:
    set_viewer(session, two.manager.viewer)
    call = SafeContact(True, True, True, True, "ring twice")
    services.set_safe_contact(session, two.manager, two.b.id, call)
    assert join(session, two).safe_contact == (
        "Text only. Do not leave messages. Do not write to the home address. "
        "Ring twice; before 3pm."
    )
    undo(session, two)
    held = [queries.family(session, case.reference).contact for case in two.both]
    assert [stored and stored.contact.advice for stored in held] == ["before 3pm", "ring twice"]


def test_who_may_not_join_what(session: Session, two: Two) -> None:
    def tried(actor: Actor, into: Case, other: Case) -> None:
        set_viewer(session, actor.viewer)
        services.join_families(session, actor, into.id, other.id, reason="same_family")

    elsewhere = a_case(session)
    for actor, into, other in (
        (two.a.key_worker, two.a, two.b),
        (two.manager, two.a, elsewhere),
        (elsewhere.manager, two.a, two.b),
    ):
        with pytest.raises(NotVisible):
            tried(actor, into, other)
    with pytest.raises(Refusal, match="another record"):
        tried(two.manager, two.a, two.a)


def test_a_record_is_joined_once(session: Session, two: Two) -> None:
    join(session, two)
    third = a_case(session, hub_id=two.a.hub_id)
    set_viewer(session, two.manager.viewer)
    for into, other in ((third, two.b), (two.b, third)):
        with pytest.raises(Stale, match=f"{two.manager.name} has joined {two.b.reference}"):
            services.join_families(session, two.manager, into.id, other.id, reason="same_family")
    services.close_family(session, two.manager, third.id, reason="mistake")
    with pytest.raises(Refusal, match="Open it again first"):
        services.join_families(session, two.manager, third.id, two.a.id, reason="same_family")
    with pytest.raises(Refusal, match="joined to another"):
        services.reopen_family(session, two.manager, two.b.id, reason="new_needs")


def test_joins_are_undone_in_turn(session: Session, two: Two) -> None:
    third = a_case(session, hub_id=two.a.hub_id)
    before = state(session, *two.both, third)
    first = join(session, two)
    outer = Two(third, two.a, two.manager)
    assert join(session, outer).ids == [third.id, two.a.id, two.b.id]
    set_viewer(session, two.manager.viewer)
    [inner] = queries.joins(session, first.id)
    with pytest.raises(Refusal, match="Undo that first"):
        services.undo_join(session, two.manager, inner.uid, "x")
    undo(session, outer)
    assert queries.family(session, two.b.reference).id == two.a.id
    undo(session, two)
    with pytest.raises(Stale, match=f"{two.manager.name} has undone this"):
        services.undo_join(session, two.manager, inner.uid, "x")
    assert state(session, *two.both, third) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=5)
@given(
    shared=st.sets(st.integers(0, 3)),
    closed=st.booleans(),
    moving=st.sets(st.integers(0, 2)),
    nested=st.booleans(),
)
def test_joining_and_undoing_it_leaves_two_records_as_they_were(
    session: Session, shared: set[int], closed: bool, moving: set[int], nested: bool
) -> None:
    two = two_records(session, sorted(shared))
    cases = two.both
    if nested:
        third = a_case(session, "Third", two.a.hub_id)
        join(session, Two(two.b, third, two.manager))
        cases = [*cases, third]
    set_viewer(session, two.manager.viewer)
    if closed:
        services.close_family(session, two.manager, two.b.id, reason="moved_away")
    else:
        services.join_team(session, two.b.id, two.a.key_worker.staff_id, "other")
    before = state(session, *cases)
    team = [two.b.key_worker, two.b.specialist, two.a.key_worker]
    family = join(session, two, *(team[place] for place in moving))
    assert {m.person_id for m in two.b.members} <= {m.person_id for m in family.members}
    undo(session, two)
    assert state(session, *cases) == before


def test_the_address_of_a_joined_record_leads_to_the_other(
    session: Session, client: PageClient, two: Two
) -> None:
    join(session, two)
    session.commit()
    client.sign_in(two.a.key_worker.staff_id)
    for path in ("", "/people", "/chronology?kind=visit", "/plan"):
        answer = client.get(f"/families/{two.b.reference}{path}")
        assert (answer.status_code, answer.location) == (303, f"/families/{two.a.reference}{path}")
    client.sign_in(two.b.key_worker.staff_id)
    assert client.get(f"/families/{two.b.reference}").status_code == 404


def test_both_records_are_shown_before_they_are_joined(
    session: Session, client: PageClient, two: Two
) -> None:
    set_viewer(session, two.b.key_worker.viewer)
    a_need(session, two.b)
    session.commit()
    client.sign_in(two.manager.staff_id)
    choose = f"/families/{two.a.reference}/join"
    assert "You cannot open a record" in client.post(choose, data={"other": "KW-9"}).text
    assert "the record itself" in client.post(choose, data={"other": two.a.reference}).text
    found = client.post(choose, data={"other": f" {two.b.reference.lower()} "})
    page = client.get(found.location).text
    for shown in (two.b.reference, "Leah Okafor", two.b.key_worker.name, "Overcrowding"):
        assert shown.lower() in page.lower()
    done = client.post(found.location, data={"reason": "same_family"})
    assert done.location == f"/families/{two.a.reference}/record"
    late = client.post(found.location, data={"reason": "same_family"})
    assert f"{two.b.reference} was joined to {two.a.reference}" in late.text
    assert client.get(found.location).status_code == 303


def test_pages_ask_as_often_for_two_records_as_for_one(
    session: Session, client: PageClient, two: Two, statements: Callable[[str], int]
) -> None:
    session.commit()
    client.sign_in(two.a.key_worker.staff_id)
    pages = [f"/families/{two.a.reference}{path}" for path in ("", "/plan", "/money", "/team")]
    before = [statements(page) for page in pages]
    join(session, two)
    session.commit()
    assert [statements(page) for page in pages] == before


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE family SET joined_into_id = :b WHERE id = :c", "family_joined_to_root"),
        ("UPDATE family SET joined_into_id = :c WHERE id = :a", "family_joined_to_root"),
        (
            "INSERT INTO family_join (family_id, into_id, reason, joined_by)"
            " VALUES (:b, :c, 'x', viewer_staff_id())",
            "family_join_one_standing",
        ),
        (
            "INSERT INTO family_join (family_id, into_id, reason, joined_by)"
            " VALUES (:c, :a, 'x', :staff)",
            "family_join_joined_by_check",
        ),
    ],
)
def test_the_database_joins_a_record_once_to_one_that_stands_alone(
    session: Session, two: Two, statement: str, constraint: str
) -> None:
    third = a_case(session, hub_id=two.a.hub_id)
    join(session, two)
    for case in (third, two.a):
        services.close_family(session, two.manager, case.id, reason="mistake")
    ids = {"a": two.a.id, "b": two.b.id, "c": third.id, "staff": two.a.key_worker.staff_id}
    used = {name: id_ for name, id_ in ids.items() if f":{name}" in statement}
    with pytest.raises(IntegrityError) as caught:
        session.execute(text(statement), used)
    assert refused_by(caught.value) == constraint


def test_the_database_reads_joined_records_as_one(session: Session, two: Two) -> None:
    join(session, two)
    for case in two.both:
        found = session.scalar(text("SELECT records_of(:id)"), {"id": case.id})
        assert found == [two.a.id, two.b.id]
    opened = text("SELECT :a = ANY (open_families()), :b = ANY (open_families())")
    ids = {"a": two.a.id, "b": two.b.id}
    for actor, expected in (
        (two.a.key_worker, (True, True)),
        (two.manager, (True, True)),
        (two.b.key_worker, (False, False)),
    ):
        set_viewer(session, actor.viewer)
        assert tuple(session.execute(opened, ids).one()) == expected
