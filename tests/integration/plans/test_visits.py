"""Writing a visit up, with the plan in hand."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from keywork.accounts.policy import Actor
from keywork.commissioning.services import load_policy
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.kernel import clock
from keywork.kernel.errors import Refusal
from keywork.kernel.viewer import set_viewer
from keywork.plans import queries, services
from keywork.web.filters import short_day
from tests.conftest import Database, PageClient
from tests.factories.commissioning import POLICY
from tests.factories.families import Case, a_case
from tests.factories.plans import a_goal, a_need, an_action
from tests.factories.visits import visit_form

SLEEP = "Everyone sleeps"


@pytest.fixture
def page(client: PageClient, session: Session, case: Case) -> PageClient:
    """A browser in which the key worker is signed in."""
    session.commit()
    return client.sign_in(case.key_worker.staff_id)


def post(page: PageClient, case: Case, **changed: Any) -> TestResponse:
    """Send the form of a visit, with these answers changed."""
    return page.post(f"/families/{case.reference}/visits/new", data=visit_form(case, **changed))


def entries(
    session: Session, case: Case, actor: Actor | None = None, kind: str = "visit"
) -> list[families.EntryView]:
    """What there is of a kind, for the key worker or somebody else."""
    session.expire_all()
    set_viewer(session, (actor or case.key_worker).viewer)
    return [e for e in families.chronology(session, [case.id]).entries if e.kind == kind]


def goal_of(session: Session, case: Case, uid: UUID) -> queries.GoalView:
    """A goal as it stands now."""
    session.expire_all()
    set_viewer(session, case.key_worker.viewer)
    return queries.goal(session, [case.id], uid)


def versions(**scores: int) -> str:
    """What the page carries along of how many scores each goal had."""
    return " ".join(f"{uid}:{count}" for uid, count in scores.items())


def next_date(day: date) -> dict[str, int]:
    """The three boxes of the next date."""
    return {"next_on-day": day.day, "next_on-month": day.month, "next_on-year": day.year}


def test_one_visit_to_three_members_is_one_entry(
    page: PageClient, session: Session, case: Case
) -> None:
    father, _, ava, _ = case.members
    said = {f"said_{ava.id}": "I like my new bed.", "not_seen": [father.id]}
    assert post(page, case, **said).status_code == 303
    [visit] = entries(session, case)
    assert {(s.name, s.seen, s.seen_alone, s.voice) for s in visit.subjects} == {
        ("Tom Marsh", False, False, ""),
        ("Leah Marsh", True, False, ""),
        ("Ava Marsh", True, True, "I like my new bed."),
    }
    shown = page.get(f"/families/{case.reference}/chronology").text
    assert "We talked about sleep." in shown and "I like my new bed." in shown
    assert "Saw Leah Marsh, Ava Marsh (alone). About Tom Marsh" in shown


def test_a_visit_about_goals_and_actions_scores_and_finishes_them(
    page: PageClient, session: Session, case: Case
) -> None:
    need = a_need(session, case)
    goal, other = (a_goal(session, case, need, words=w) for w in (SLEEP, "Less shouting"))
    action = an_action(session, case, goal)
    session.commit()
    about = {
        "goals": [goal, other],
        f"score_{goal}": "6",
        "version": versions(**{str(goal): 0, str(other): 0}),
        "actions": action,
        "done": action,
    }
    assert post(page, case, **about).status_code == 303
    assert [mark.value for mark in goal_of(session, case, goal).scores] == [6]
    assert goal_of(session, case, goal).actions[0].done_on == clock.today()
    assert goal_of(session, case, other).scores == []
    [visit] = entries(session, case)
    assert visit.domains == ["housing"]
    shown = page.get(f"/families/{case.reference}/chronology").text
    assert "Goal “Everyone sleeps” · Goal “Less shouting” · Action: Order a cot" in shown


def test_a_goal_that_somebody_else_scored_meanwhile_is_told_and_nothing_is_written(
    page: PageClient, session: Session, case: Case
) -> None:
    goal = a_goal(session, case)
    action = an_action(session, case, goal)
    set_viewer(session, case.specialist.viewer)
    services.score_goal(session, case.specialist, case.id, goal, 4, version=0)
    services.complete_action(session, case.specialist, case.id, action)
    session.commit()
    name = case.specialist.name
    about = {"goals": goal, f"score_{goal}": "6", "version": versions(**{str(goal): 0})}
    answer = post(page, case, **about)
    assert f"{name} has scored this goal 4 since" in answer.text
    assert "We talked about sleep." in answer.text and f"{goal}:1" in answer.text
    answer = post(page, case, actions=action, done=action)
    assert f"{name} has marked this action as done already" in answer.text
    assert entries(session, case) == []


def test_what_is_protected_is_an_entry_of_its_own(
    page: PageClient, session: Session, case: Case
) -> None:
    voice = {f"said_{case.members[2].id}": "I was scared."}
    post(page, case, protected_text="He has found them.", **voice)
    protected, team = entries(session, case)
    assert (protected.protected, protected.text, protected.minutes) == (
        (True, "He has found them.", None)
    )
    assert (team.protected, team.text, team.minutes) == (False, "We talked about sleep.", 45)
    voices = [[s.voice for s in entry.subjects if s.voice] for entry in (protected, team)]
    assert voices == [[], ["I was scared."]]
    page.sign_in(case.specialist.staff_id)
    shown = page.get(f"/families/{case.reference}/chronology").text
    assert "about sleep" in shown and "found them" not in shown and "Protected" not in shown


def test_a_named_reader_sees_a_visit_nobody_else_may_know_of(
    page: PageClient, session: Session, case: Case
) -> None:
    named = case.specialist.staff_id
    voice = {f"said_{case.members[2].id}": "We go by taxi."}
    tomorrow = clock.today() + timedelta(days=1)
    secret = {"text": "", "protected_text": "At the refuge.", "named_staff": named}
    post(page, case, **secret, **voice, **next_date(tomorrow))
    [visit] = entries(session, case)
    assert (visit.protected, visit.minutes, visit.next_on) == (True, 45, tomorrow)
    assert visit.reader_names == sorted([case.key_worker.name, case.specialist.name])
    page.sign_in(named)
    shown = page.get(f"/families/{case.reference}/chronology").text
    assert "At the refuge." in shown and "We go by taxi." in shown
    colleague(session, case)
    page.sign_in(case.outsider.staff_id)
    shown = page.get(f"/families/{case.reference}/chronology").text
    assert "refuge" not in shown and "taxi" not in shown
    set_viewer(session, case.outsider.viewer)
    assert families.next_dates(session, [case.id]) == {}


def test_a_protected_goal_leaves_no_trace_in_what_the_team_reads(
    page: PageClient, session: Session, case: Case
) -> None:
    need = a_need(session, case, "domestic_abuse.physical", named=(case.specialist,))
    goal = a_goal(session, case, need, words="She feels safe")
    action = an_action(session, case, goal, "Change the locks")
    colleague(session, case)
    about = {
        "goals": goal,
        f"score_{goal}": "5",
        "version": versions(**{str(goal): 0}),
        "actions": action,
        "done": action,
    }
    assert post(page, case, **about).status_code == 303
    both = {"goals": goal, "protected_text": "He came back.", "actions": action}
    assert post(page, case, **both).status_code == 303
    for_all = {"named_staff": case.outsider.staff_id, "goals": goal, "text": ""}
    assert post(page, case, **for_all, protected_text="A new number.").status_code == 303
    by_text = {entry.text: entry for entry in entries(session, case)}
    assert by_text["We talked about sleep."].domains == []
    assert by_text["He came back."].domains == ["domestic_abuse"]
    assert by_text["A new number."].domains == []
    [linked] = session.scalars(
        text(
            "SELECT DISTINCT e.text FROM entry_goal JOIN entry e ON e.id = entry_id"
            " WHERE e.text = 'He came back.'"
        )
    )
    assert linked == "He came back."
    page.sign_in(case.outsider.staff_id)
    shown = page.get(f"/families/{case.reference}/chronology").text
    assert "A new number." in shown
    for word in ("feels safe", "locks", "Goal", "abuse", "out of 10"):
        assert word not in shown.partition("app-entry")[2], word


def test_a_call_sees_nobody_and_may_come_from_a_partner(
    page: PageClient, session: Session, case: Case
) -> None:
    call = {"kind": "call", "minutes": "", "source": "partner"}
    assert "Enter who told you" in post(page, case, **call).text
    assert post(page, case, **call, source_name="Elm School").status_code == 303
    [entry] = entries(session, case, kind="call")
    assert (entry.title, entry.source_name, entry.minutes) == ("Phone call", "Elm School", None)
    assert not any(subject.seen or subject.seen_alone for subject in entry.subjects)
    assert "From Elm School." in page.get(f"/families/{case.reference}/chronology").text


def test_the_next_date_is_the_one_agreed_last(
    page: PageClient, session: Session, case: Case
) -> None:
    today = clock.today()
    two_days = timedelta(days=2)
    assert post(page, case, **next_date(today + timedelta(days=9))).status_code == 303
    assert post(page, case, at="3pm", **next_date(today + two_days)).status_code == 303
    assert post(page, case, at="4pm").status_code == 303
    set_viewer(session, case.key_worker.viewer)
    load_policy(session, POLICY)
    for start in (f"/families/{case.reference}", "/"):
        assert short_day(today + two_days) in page.get(start).text
    assert families.next_dates(session, [case.id]) == {case.id: today + two_days}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "Write what happened"),
        ({"text": "x" * 10_001}, "must be 10,000 characters or fewer"),
        ({"kind": "exorcism"}, "Choose one of the options"),
        ({"source": ""}, "Choose where this comes from"),
        ({"minutes": ""}, "Enter how many minutes it lasted"),
        ({"minutes": "0"}, "must be from 1 to 1,440"),
        ({"minutes": "٤٥"}, "must be a whole number"),
        ({"at": "25:00"}, "must be a real time"),
        ({"on-year": "2999"}, "must have a year"),
        ({"on-year": "2099"}, "The date and time must be in the past"),
        ({"on-day": "31", "on-month": "2"}, "must be a real date"),
        (next_date(clock.today() - timedelta(days=1)), "must be today or later"),
        (next_date(clock.today() + timedelta(days=400)), "within a year"),
        ({"who": ["999999999"]}, "Choose from the options"),
        ({"seen_alone": ["x"]}, "Choose from the options"),
        ({"not_seen": ["'; --"]}, "Choose from the options"),
        ({"goals": ["0"]}, "Choose from the options"),
        ({"named_staff": ["0"], "protected_text": "x"}, "Choose from the options"),
        ({"text": "nul\x00"}, "cannot be saved"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(
    page: PageClient, session: Session, case: Case, changed: dict[str, Any], sentence: str
) -> None:
    answer = post(page, case, **changed)
    assert answer.status_code == 200
    assert "There is a problem" in answer.text and sentence in answer.text
    assert entries(session, case) == []


def test_members_goals_and_team_of_another_family_are_refused(
    page: PageClient, session: Session, case: Case
) -> None:
    other = a_case(session)
    goal = a_goal(session, other)
    session.commit()
    assert "Choose from" in post(page, case, who=[other.members[0].id]).text
    assert "Choose from" in post(page, case, goals=goal).text
    staff = other.specialist.staff_id
    assert "Choose from" in post(page, case, protected_text="x", named_staff=staff).text
    assert post(page, other).status_code == 404
    assert entries(session, case) == []


def test_the_database_holds_the_next_date_and_whose_goal_it_was(
    session: Session, case: Case
) -> None:
    soon = clock.today() + timedelta(days=3)
    record = family_services.record_entry
    entry_id = record(session, family_id=case.id, kind="visit", text="x", next_on=soon)
    for day in (clock.today() - timedelta(days=1), clock.today() + timedelta(days=400)):
        with pytest.raises(DBAPIError), session.begin_nested():
            record(session, family_id=case.id, kind="visit", text="x", next_on=day)
    foreign = queries.goal(session, [case.id], a_goal(session, case))
    other = a_case(session)
    set_viewer(session, case.key_worker.viewer)
    link = text("INSERT INTO entry_goal (entry_id, goal_id, family_id) VALUES (:e, :g, :f)")
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(link, {"e": entry_id, "g": foreign.id, "f": other.id})


def test_two_workers_write_to_one_family_at_once_and_both_succeed(scratch: Database) -> None:
    engine = create_engine(scratch.url)
    with Session(engine) as session:
        case = a_case(session)
        session.commit()
    ready = Barrier(2)

    def write(actor: Actor) -> None:
        with reading_as(engine, actor) as session:
            family = families.family(session, case.reference)
            notes = family_services.VisitNotes(
                happened_at=clock.now(), minutes=5, about=[case.members[0].id], text=actor.name
            )
            ready.wait()
            family_services.record_visit(session, family, notes)
            session.commit()

    with ThreadPoolExecutor(2) as both:
        list(both.map(write, (case.key_worker, case.specialist)))
    with reading_as(engine, case.manager) as session:
        written = families.chronology(session, [case.id]).entries
    engine.dispose()
    names = {entry.text for entry in written if entry.kind == "visit"}
    assert names == {case.key_worker.name, case.specialist.name}


def test_a_service_refuses_a_visit_that_has_not_happened(session: Session, case: Case) -> None:
    family = families.family(session, case.reference)
    notes = family_services.VisitNotes(
        happened_at=clock.now() + timedelta(minutes=1), minutes=5, about=[], text="x"
    )
    with pytest.raises(Refusal):
        family_services.record_visit(session, family, notes)


def colleague(session: Session, case: Case) -> None:
    """Take the outsider into the team."""
    set_viewer(session, case.manager.viewer)
    family_services.join_team(session, case.id, case.outsider.staff_id, "specialist")
    session.commit()
    set_viewer(session, case.key_worker.viewer)


@contextmanager
def reading_as(engine: Any, actor: Actor) -> Iterator[Session]:
    """A session of somebody's own."""
    with Session(engine) as session:
        set_viewer(session, actor.viewer)
        yield session
