"""The team around a family: who joins it, who leaves, and what nobody else may know."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.services import NewProfessional
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.families import Case, a_case


def seen(session: Session, case: Case) -> queries.FamilyView:
    """The family as whoever the session reads for sees it."""
    session.expire_all()
    return queries.family(session, case.reference)


def an_idva() -> NewProfessional:
    """A professional whose name gives domestic abuse away."""
    since = clock.today() - timedelta(days=30)
    return NewProfessional("Jo Bright", "IDVA", "Norbridge Refuge", "07700 900123", since)


def texts(session: Session, case: Case) -> list[str]:
    """What the chronology says of the team, newest first."""
    entries = queries.chronology(session, [case.id]).entries
    return [entry.text for entry in entries if entry.kind == "team"]


def test_a_practitioner_joins_and_leaves_and_the_chronology_says_so(
    session: Session, case: Case
) -> None:
    family, worker = seen(session, case), case.key_worker
    services.add_practitioner(session, worker, family, case.outsider.staff_id, "other")
    family = seen(session, case)
    [place] = [worker for worker in family.team if worker.staff_id == case.outsider.staff_id]
    set_viewer(session, case.outsider.viewer)
    assert seen(session, case).id == case.id
    set_viewer(session, worker.viewer)
    services.end_place(session, worker, family, place.uid, "Parenting course is over")
    name = case.outsider.name
    assert texts(session, case) == [
        f"Left the team: {name}. Parenting course is over",
        f"Joined the team: {name}, practitioner.",
    ]
    with pytest.raises(Stale, match=f"{name} has left the team already"):
        services.end_place(session, worker, family, place.uid, "again")
    former = queries.network(session, seen(session, case)).former
    assert [(view.name, view.reason) for view in former] == [(name, "Parenting course is over")]
    set_viewer(session, case.outsider.viewer)
    with pytest.raises(NotVisible):
        queries.family(session, case.reference)


def test_who_is_refused_a_place(session: Session, case: Case) -> None:
    family, worker = seen(session, case), case.key_worker
    elsewhere = a_case(session).key_worker.staff_id
    set_viewer(session, worker.viewer)
    tried = [
        (elsewhere, "other", "Choose somebody of this hub"),
        (case.outsider.staff_id, "key_worker", "what they do"),
        (case.specialist.staff_id, "other", "already"),
    ]
    for staff_id, role, sentence in tried:
        with pytest.raises(Refusal, match=sentence):
            services.add_practitioner(session, worker, family, staff_id, role)
    with pytest.raises(NotVisible):
        services.add_practitioner(session, case.specialist, family, case.outsider.staff_id, "other")
    with pytest.raises(Refusal, match="another key worker"):
        services.end_place(session, worker, family, family.team[0].uid, "x")


def test_only_the_hub_manager_changes_the_key_worker(session: Session, case: Case) -> None:
    set_viewer(session, case.manager.viewer)
    family = seen(session, case)
    before, after = case.key_worker, case.outsider

    def change(by: object = case.manager, seen_: int = before.staff_id, to: int = after.staff_id):
        services.change_key_worker(session, by, family, to, "Long leave", seen=seen_)  # type: ignore[arg-type]

    with pytest.raises(NotVisible):
        change(by=before)
    with pytest.raises(Stale, match=f"{before.name} has become the key worker"):
        change(seen_=after.staff_id)
    with pytest.raises(Refusal, match="already"):
        change(to=before.staff_id)
    change()
    found = seen(session, case)
    assert found.key_worker == (after.staff_id, after.name)
    assert texts(session, case)[0] == f"Key worker: {after.name}, after {before.name}. Long leave"
    history = queries.key_worker_history(session, found)
    assert history.sentence.startswith("2 key workers in 1 day")


def test_a_protected_professional_is_nobody_to_the_others(
    session: Session, client: PageClient, case: Case
) -> None:
    uid = services.add_professional(
        session, case.key_worker, case.id, an_idva(), protected=True, named_staff=[]
    )
    session.commit()
    page = client.sign_in(case.key_worker.staff_id).get(f"/families/{case.reference}/team")
    assert "Jo Bright" in page.text and "Protected" in page.text
    client.sign_in(case.specialist.staff_id)
    for path in ("team", "chronology"):
        shown = client.get(f"/families/{case.reference}/{path}").text
        assert "Jo Bright" not in shown and "Protected" not in shown
    path = f"/families/{case.reference}/team/professionals/{uid}/end"
    assert client.get(path).status_code == 404
    set_viewer(session, case.specialist.viewer)
    assert queries.professionals(session, [case.id]) == []
    set_viewer(session, case.manager.viewer)
    services.end_professional(
        session, case.manager, [case.id], uid, on=clock.today(), reason="Moved"
    )
    with pytest.raises(Stale, match=f"{case.manager.name} has said already"):
        services.end_professional(
            session, case.manager, [case.id], uid, on=clock.today(), reason=""
        )
    set_viewer(session, case.key_worker.viewer)
    [left] = queries.network(session, seen(session, case)).former_professionals
    assert (left.name, left.protected) == ("Jo Bright", True)
    assert texts(session, case)[0].startswith("No longer works with the family: Jo Bright, IDVA.")


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (clock.today() + timedelta(days=1), "today or in the past"),
        (date(2020, 1, 1), "not be before they started"),
    ],
)
def test_a_professional_ends_on_a_day_that_can_be(
    session: Session, case: Case, on: date, sentence: str
) -> None:
    uid = services.add_professional(session, case.key_worker, case.id, an_idva())
    with pytest.raises(Refusal, match=sentence):
        services.end_professional(session, case.key_worker, [case.id], uid, on=on, reason="")


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE professional SET name = 'X'", "permission denied"),
        ("DELETE FROM professional", "permission denied"),
        ("UPDATE professional SET ended_on = london_today()", "professional_check"),
        ("INSERT INTO professional (family_id, entry_id, author, name, role, readers)"
         " SELECT family_id, entry_id, 'staff:0', name, role, '{staff:0}' FROM professional",
         "row-level security"),
    ],
)  # fmt: skip
def test_the_database_keeps_what_was_said_of_a_professional(
    session: Session, case: Case, statement: str, name: str
) -> None:
    services.add_professional(session, case.key_worker, case.id, an_idva())
    with pytest.raises((IntegrityError, ProgrammingError), match=name):
        session.execute(text(statement))


def test_the_team_page_offers_what_its_reader_may_do(
    client: PageClient, session: Session, case: Case
) -> None:
    session.commit()
    address = f"/families/{case.reference}/team"
    offers = {
        case.manager: ("Change key worker", "Add a practitioner", "Add a professional"),
        case.key_worker: ("Ask the hub manager", "Add a practitioner", "Add a professional"),
        case.specialist: ("Add a professional",),
    }
    every = {offer for said in offers.values() for offer in said}
    for actor, said in offers.items():
        shown = client.sign_in(actor.staff_id).get(address).text
        assert {offer for offer in every if offer in shown} == set(said)
    assert client.get(f"{address}/new").status_code == 404
