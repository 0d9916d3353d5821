"""Who knows somebody in a family finds nothing of it, from that moment on, wherever they look."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.alerts.queries import open_alerts
from keywork.alerts.services import raise_alert
from keywork.families import alerts, queries, services
from keywork.families.policy import KEPT, MERGED_FACTS, NewPerson, parse_search
from keywork.kernel.errors import NotVisible, Stale
from keywork.kernel.viewer import acting_as, set_viewer, system_task
from tests.conftest import PageClient
from tests.factories import commissioning
from tests.factories.access import knows
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import Case
from tests.factories.same_person import opened

AVA = "ava marsh 2/8/2019"


def kinds(session: Session, actor: Actor) -> set[str]:
    """The kinds of alert that somebody has."""
    set_viewer(session, actor.viewer)
    return {alert.kind for alert in open_alerts(session, actor.staff_id)}


def is_open(session: Session, actor: Actor, reference: str) -> bool:
    """Whether somebody can open a record."""
    set_viewer(session, actor.viewer)
    session.expire_all()
    try:
        queries.family(session, reference)
    except NotVisible:
        return False
    return True


def test_a_practitioner_says_so_and_the_record_is_gone(
    session: Session, client: PageClient, case: Case
) -> None:
    with acting_as(session, commissioning.TASK):
        commissioning.services.load_policy(session, commissioning.POLICY)
    raise_alert(
        session,
        kind="spend.decided",
        subject="S-2222222",
        about_family_id=case.id,
        staff_ids=[case.specialist.staff_id],
        path="/",
        line="x",
    )
    session.commit()
    address = f"/families/{case.reference}"
    client.sign_in(case.specialist.staff_id)
    assert "I know this family" in client.get(f"{address}/team").text
    right = {"people": [str(case.members[0].id)], "reason": "My cousin"}
    said = client.post(f"{address}/team/i-know-them", data=right)
    assert (said.status_code, said.location) == (303, "/")
    for page in ("", "/team", "/chronology", "/people", "/team/conflicts", "/money", "/documents"):
        assert client.get(f"{address}{page}").status_code in (403, 404), page
    for page in ("/", "/alerts", "/which-family/visit"):
        assert case.reference not in client.get(page).text
    assert kinds(session, case.specialist) == set()
    for typed in (AVA, case.reference):
        found = client.post("/find", data={"text": typed}).text
        assert "Nobody in the families you can open fits this" in found
        assert queries.HELD_ELSEWHERE not in found
    assert kinds(session, case.manager) == {"conflict.declared"}
    family = queries.family(session, case.reference)
    assert case.specialist.staff_id not in {worker.staff_id for worker in family.team}
    [entry] = [e for e in queries.chronology(session, [case.id]).entries if e.kind == "team"]
    assert entry.text == f"Left the team: {case.specialist.name}."
    listed = client.sign_in(case.manager.staff_id).get(f"{address}/team/conflicts").text
    assert case.specialist.name in listed and "My cousin" in listed


def test_a_key_worker_is_barred_at_once_and_the_manager_chooses_another(
    session: Session, case: Case
) -> None:
    knows(session, case, case.key_worker, by=case.key_worker)
    assert not is_open(session, case.key_worker, case.reference)
    assert queries.caseload(session, case.key_worker.staff_id) == []
    assert kinds(session, case.manager) == {"conflict.declared", "family.without_key_worker"}
    family = queries.family(session, case.reference)
    seen = case.key_worker.staff_id
    services.change_key_worker(
        session, case.manager, family, case.outsider.staff_id, "A relative", seen=seen
    )
    assert kinds(session, case.manager) == {"conflict.declared"}


def test_a_manager_says_so_of_a_colleague_who_is_offered_no_more(
    session: Session, client: PageClient, case: Case
) -> None:
    session.commit()
    address = f"/families/{case.reference}/team"
    client.sign_in(case.manager.staff_id)
    right = {
        "staff": str(case.outsider.staff_id),
        "people": [str(case.members[3].id)],
        "reason": "His uncle",
    }
    assert client.post(f"{address}/conflicts", data=right).status_code == 303
    again = client.post(f"{address}/conflicts", data=right).text
    assert "This has been declared already" in again
    for page in ("new", "key-worker"):
        assert case.outsider.name not in client.get(f"{address}/{page}").text
    set_viewer(session, case.manager.viewer)
    assert queries.barred_staff(session, case.id) == [case.outsider.staff_id]
    with pytest.raises(IntegrityError, match="is in no team"), session.begin_nested():
        services.join_team(session, case.id, case.outsider.staff_id, "other")
    raise_alert(
        session,
        kind="spend.waiting",
        subject="S-2222222",
        about_family_id=case.id,
        staff_ids=[case.outsider.staff_id, case.manager.staff_id],
        path="/",
        line="x",
    )
    assert kinds(session, case.outsider) == set()
    assert "spend.waiting" in kinds(session, case.manager)
    set_viewer(session, case.outsider.viewer)
    assert queries.barred_staff(session, case.id) == []
    assert session.execute(text("SELECT FROM conflict_of_interest")).all() == []


def test_a_conflict_is_lifted_by_another_with_a_reason(
    session: Session, client: PageClient, case: Case
) -> None:
    second = a_member_of_staff(session, "hub_manager", case.hub_id)
    knows(session, case, case.manager, by=case.manager)
    assert not is_open(session, case.manager, case.reference)
    assert is_open(session, second, case.reference)
    family = queries.family(session, case.reference)
    [conflict] = queries.conflicts(session, family).standing
    session.commit()
    client.sign_in(second.staff_id)
    address = f"/families/{case.reference}/team/conflicts/{conflict.uid}/lift"
    assert "Say why" in client.post(address).text
    assert client.post(address, data={"reason": "Another Leah Marsh"}).status_code == 303
    assert is_open(session, case.manager, case.reference)
    set_viewer(session, second.viewer)
    with pytest.raises(Stale, match="has lifted this already"):
        services.lift_conflict(session, second, family, conflict.uid, "again")
    [lifted] = queries.conflicts(session, family).lifted
    assert (lifted.lifted_by, lifted.lift_reason) == (second.name, "Another Leah Marsh")


def test_every_family_of_the_person_is_closed_and_so_it_stays_when_records_are_joined(
    session: Session, case: Case
) -> None:
    leah = case.members[1]
    person = NewPerson("Leah", "Marsh", date(1994, 5, 17), leah.nhs_number, "parent")
    other = opened(session, case.manager, person)
    alone = opened(session, case.manager, NewPerson("Al", "Marsh", None, None, "parent"))
    services.join_team(session, other.id, case.outsider.staff_id, "other")
    services.join_team(session, alone.id, case.outsider.staff_id, "other")
    knows(session, case, case.outsider, place=1)
    assert not is_open(session, case.outsider, other.reference)
    assert is_open(session, case.outsider, alone.reference)
    set_viewer(session, case.manager.viewer)
    assert queries.conflicts(session, other).standing[0].name == case.outsider.name
    services.join_families(session, case.manager, alone.id, other.id, reason="same_family")
    assert not is_open(session, case.outsider, alone.reference)


def test_conflicts_go_along_when_two_people_turn_out_to_be_one_and_apart_again(
    session: Session, case: Case
) -> None:
    manager, worker = case.manager, case.outsider
    other = opened(session, manager, NewPerson("Lea", "March", None, None, "parent"))
    services.join_team(session, other.id, worker.staff_id, "other")
    kept, absorbed = other.members[0], case.members[0]
    knows(session, case, worker)
    assert is_open(session, worker, other.reference)
    set_viewer(session, manager.viewer)
    chosen = {fact.key: KEPT for fact in MERGED_FACTS}
    uid = services.merge_persons(
        session, manager, kept.person_id, absorbed.person_id, chosen=chosen, reason="Same"
    )
    assert not is_open(session, worker, other.reference)
    assert not is_open(session, worker, case.reference)
    set_viewer(session, manager.viewer)
    session.expire_all()
    family = queries.family(session, other.reference)
    services.declare_conflict(
        session,
        manager,
        family,
        staff_id=worker.staff_id,
        member_ids=[family.members[0].id],
        reason="As well",
    )
    services.declare_conflict(
        session,
        manager,
        family,
        staff_id=case.specialist.staff_id,
        member_ids=[family.members[0].id],
        reason="Of either",
    )
    services.undo_merge(session, manager, uid, reason="Two people")
    assert not is_open(session, worker, case.reference)
    assert not is_open(session, case.specialist, case.reference)


def test_a_family_whose_key_worker_left_is_told_of_once(session: Session, case: Case) -> None:
    left = text("UPDATE staff SET active = false WHERE id = :id")
    with acting_as(session, system_task("accounts")):
        session.execute(left, {"id": case.key_worker.staff_id})
    with acting_as(session, system_task("families")):
        for _ in range(2):
            alerts.families_without_key_worker(session)
    assert kinds(session, case.manager) == {"family.without_key_worker"}
    set_viewer(session, case.manager.viewer)
    services.close_family(session, case.manager, case.id, reason="moved_away")
    assert kinds(session, case.manager) == set()


DECLARE = (
    "INSERT INTO conflict_of_interest (staff_id, person_id, family_id, reason, declared_by)"
    " VALUES ({staff}, {person}, {family}, 'x', {by})"
)
LIFT = "UPDATE conflict_of_interest SET lifted_by = {by}, lifted_at = now(), lift_reason = 'x'"


def test_the_database_lets_nobody_declare_or_lift_otherwise(session: Session, case: Case) -> None:
    second = a_member_of_staff(session, "hub_manager", case.hub_id)
    person, family = case.members[0].person_id, case.id
    specialist, outsider = case.specialist.staff_id, case.outsider.staff_id
    tried = [
        (case.key_worker, specialist, person, case.key_worker.staff_id),
        (case.manager, specialist, person, second.staff_id),
        (case.outsider, outsider, person, outsider),
    ]
    for actor, staff, whom, by in tried:
        set_viewer(session, actor.viewer)
        with pytest.raises(DBAPIError, match="row-level"), session.begin_nested():
            session.execute(text(DECLARE.format(staff=staff, person=whom, family=family, by=by)))
    knows(session, case, case.manager, by=case.manager)
    knows(session, case, case.specialist, by=second)
    for actor in (case.manager, case.specialist, case.key_worker):
        set_viewer(session, actor.viewer)
        lifted = session.execute(text(LIFT.format(by=actor.staff_id)))
        assert lifted.rowcount == 0  # type: ignore[attr-defined]
    set_viewer(session, second.viewer)
    with pytest.raises(DBAPIError, match="row-level"), session.begin_nested():
        session.execute(text(LIFT.format(by=case.outsider.staff_id)))
    with pytest.raises(DBAPIError, match="permission"), session.begin_nested():
        session.execute(text("DELETE FROM conflict_of_interest"))


def test_somebody_known_is_not_even_said_to_be_held(session: Session, case: Case) -> None:
    set_viewer(session, case.outsider.viewer)
    assert queries.is_held_elsewhere(session, parse_search(AVA))
    knows(session, case, case.outsider)
    assert not queries.is_held_elsewhere(session, parse_search(AVA))
