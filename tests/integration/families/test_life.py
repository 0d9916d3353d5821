"""The life of a record: closed, opened again, split; and what the database holds of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.services import Split
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories import commissioning, handoffs
from tests.factories.families import Case, a_case
from tests.factories.plans import a_goal


def seen(session: Session, case: Case) -> queries.FamilyView:
    """The family as whoever the session reads for sees it."""
    session.expire_all()
    return queries.family(session, case.reference)


def closed(session: Session, case: Case) -> Case:
    """The family, its record closed by its manager, for whom the session reads."""
    set_viewer(session, case.manager.viewer)
    services.close_family(session, case.manager, case.id, reason="needs_met", words="All well")
    return case


def test_a_closed_record_is_the_managers_alone_until_it_is_opened_again(
    session: Session, case: Case
) -> None:
    closed(session, case)
    family = seen(session, case)
    assert (family.closed_on, family.team) == (clock.today(), [])
    assert queries.caseload(session, case.key_worker.staff_id) == []
    for actor in (case.key_worker, case.specialist):
        set_viewer(session, actor.viewer)
        with pytest.raises(NotVisible):
            queries.family(session, case.reference)
    set_viewer(session, case.manager.viewer)
    with pytest.raises(Stale, match=f"{case.manager.name} has closed this record already"):
        closed(session, case)
    services.reopen_family(
        session,
        case.manager,
        case.id,
        reason="new_needs",
        key_worker_id=case.outsider.staff_id,
    )
    family = seen(session, case)
    assert (family.closed_on, family.key_worker) == (
        None,
        (case.outsider.staff_id, case.outsider.name),
    )
    with pytest.raises(Stale, match=f"{case.manager.name} has opened this record again"):
        services.reopen_family(session, case.manager, case.id, reason="new_needs")
    last, first = queries.record(session, family).periods
    assert (last.started, last.ended_on) == ("New needs.", None)
    assert (first.ended, first.ended_by) == (
        "The family's needs are met. All well",
        case.manager.name,
    )
    kinds = [entry.kind for entry in queries.chronology(session, [case.id]).entries]
    assert kinds[:2] == ["reopened", "closed"]


def test_only_the_hub_manager_closes_opens_and_splits(session: Session, case: Case) -> None:
    family, worker = seen(session, case), case.key_worker
    split = Split([case.members[0].id], [], clock.today(), "separated", "", worker.staff_id)
    with pytest.raises(NotVisible):
        services.close_family(session, worker, case.id, reason="needs_met")
    with pytest.raises(NotVisible):
        services.reopen_family(session, worker, case.id, reason="new_needs")
    with pytest.raises(NotVisible):
        services.split_family(session, worker, family, split)
    set_viewer(session, case.manager.viewer)
    with pytest.raises(Refusal, match="Choose a reason"):
        services.close_family(session, case.manager, case.id, reason="joined")


def test_a_split_record_begins_empty_and_says_why_by_itself(session: Session, case: Case) -> None:
    tom, _, ava, noah = (member.id for member in case.members)
    a_goal(session, case)
    set_viewer(session, case.manager.viewer)
    family, on = seen(session, case), clock.today()
    split = Split([tom, ava], [noah], on, "safety", "At a refuge", case.outsider.staff_id)
    new = services.split_family(session, case.manager, family, split)
    set_viewer(session, case.outsider.viewer)
    theirs = queries.family(session, new.reference)
    assert [member.given_name for member in theirs.members] == ["Tom", "Ava", "Noah"]
    assert (theirs.contact, theirs.key_worker and theirs.key_worker[0]) == (
        None,
        case.outsider.staff_id,
    )
    [entry] = queries.chronology(session, theirs.ids).entries
    assert entry.text.startswith(f"Split from {case.reference}: Safety. At a refuge")
    record = queries.record(session, theirs)
    assert record.split_from is None
    with pytest.raises(NotVisible):
        queries.family(session, case.reference)

    set_viewer(session, case.key_worker.viewer)
    ours = seen(session, case)
    assert [member.given_name for member in ours.members] == ["Leah", "Noah"]
    said = [entry.text for entry in queries.chronology(session, ours.ids).entries]
    assert said[0].startswith("In a record of their own now: Tom Marsh, Ava Marsh. In this record")
    shown = " ".join(said)
    assert "Safety" not in shown and "refuge" not in shown and new.reference not in shown
    assert queries.record(session, ours).split_into == []


def test_a_split_that_cannot_be_is_refused(session: Session, case: Case) -> None:
    set_viewer(session, case.manager.viewer)
    family, today = seen(session, case), clock.today()
    ids = [member.id for member in case.members]
    good = Split(ids[:1], [], today, "separated", "", case.outsider.staff_id)
    day = timedelta(days=1)
    tried = {
        "Choose who goes": replace(good, leaving=[]),
        "in this family": replace(good, leaving=[0]),
        "each person once": replace(good, in_both=ids[:1]),
        "Somebody must stay": replace(good, leaving=ids),
        "today or in the past": replace(good, on=today + day),
        "was not in this family on that date": replace(good, on=today - day),
        "Choose a reason": replace(good, reason="new"),
        "Choose somebody of this hub": replace(good, key_worker_id=case.specialist.staff_id),
    }
    for sentence, split in tried.items():
        with pytest.raises(Refusal, match=sentence):
            services.split_family(session, case.manager, family, split)
    services.split_family(session, case.manager, family, replace(good, leaving=[], in_both=ids))


def test_a_record_is_closed_once_its_money_and_handoffs_are_done(
    session: Session, client: PageClient
) -> None:
    place = commissioning.a_place(session)
    commissioning.ask_and_decide(session, place, amount_pence=150_00, what="a fridge")
    session.commit()
    address = f"/families/{place.family.reference}/close"
    page = client.sign_in(place.manager.staff_id).get(address).text
    assert "a fridge" in page and "To be decided" in page and "Close the record" not in page
    answer = client.post(address, data={"reason": "needs_met"})
    assert "Finish what is listed here first" in answer.text
    set_viewer(session, place.worker.viewer)
    assert queries.family(session, place.family.reference).closed_on is None


def test_a_handoff_that_goes_on_is_in_the_way_and_a_new_one_opens_the_record_again(
    session: Session, client: PageClient
) -> None:
    desk = handoffs.a_place(session)
    handoff = handoffs.accepted(session, desk, handoffs.a_handoff(session, desk))
    set_viewer(session, desk.manager.viewer)
    family = queries.families_by_id(session, [handoff.family_id])[handoff.family_id]
    session.commit()
    page = client.sign_in(desk.manager.staff_id).get(f"/families/{family.reference}/close").text
    assert "must be finished first" in page and handoff.reference in page

    services.close_family(session, desk.manager, family.id, reason="moved_away")
    again = handoffs.a_handoff(session, desk)
    again = handoffs.allocated(session, desk, again, family_reference=family.reference)
    set_viewer(session, desk.manager.viewer)
    assert queries.family(session, family.reference).closed_on is None
    assert queries.find_existing(session, None, again.persons)[0].family_id == family.id


def refused_by(error: IntegrityError) -> str | None:
    """The constraint that an error is about."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None)


NO_TEAM = "INSERT INTO team_member (family_id, staff_id, role) VALUES (:family, :staff, 'other')"
CLOSES = "UPDATE family SET closed_on = london_today() WHERE id = :family"
TWO = """INSERT INTO open_period (family_id, start_reason, started_by)
  VALUES (:family, 'new', current_setting('keywork.viewer'))"""
HALF = "UPDATE open_period SET ended_on = london_today() WHERE family_id = :family"
OPEN_JOINED = "UPDATE family SET joined_into_id = :other WHERE id = :family"


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (CLOSES, "team_of_open_family"),
        (TWO, "open_period_one_open"),
        (HALF, "open_period_end_is_whole"),
        (OPEN_JOINED, "family_joined_is_closed"),
        (
            "UPDATE family SET joined_into_id = id, closed_on = opened_on",
            "family_joined_to_another",
        ),
    ],
)
def test_the_database_refuses_a_life_that_cannot_be(
    session: Session, case: Case, statement: str, constraint: str
) -> None:
    ids = {"family": case.id, "other": a_case(session).id, "staff": case.outsider.staff_id}
    used = {name: id_ for name, id_ in ids.items() if f":{name}" in statement}
    set_viewer(session, case.manager.viewer)
    with pytest.raises(IntegrityError) as caught:
        session.execute(text(statement), used)
    assert refused_by(caught.value) == constraint


def test_nobody_joins_the_team_of_a_closed_record(session: Session, case: Case) -> None:
    closed(session, case)
    for statement in (NO_TEAM, "UPDATE team_member SET ended_on = NULL WHERE family_id = :family"):
        ids = {"family": case.id, "staff": case.outsider.staff_id}
        used = {name: id_ for name, id_ in ids.items() if f":{name}" in statement}
        with pytest.raises(IntegrityError) as caught, session.begin_nested():
            session.execute(text(statement), used)
        assert refused_by(caught.value) == "team_of_open_family"
