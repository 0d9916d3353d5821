"""The plan's pages, as people use them."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from keywork.families import queries as families
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from keywork.plans import queries, services
from tests.conftest import PageClient
from tests.factories.families import Case, a_case
from tests.factories.plans import a_goal, a_need, an_action


@pytest.fixture
def page(client: PageClient, session: Session, case: Case) -> PageClient:
    """A browser in which the key worker is signed in."""
    session.commit()
    return client.sign_in(case.key_worker.staff_id)


def plan_of(session: Session, case: Case) -> queries.PlanView:
    """The plan as it is stored, for the key worker."""
    session.expire_all()
    set_viewer(session, case.key_worker.viewer)
    return queries.plan(session, [case.id])


def address(case: Case, path: str = "") -> str:
    """Of a page of the plan."""
    return f"/families/{case.reference}/plan{path}"


def without_token(response: TestResponse) -> str:
    """The page but for the token that lets its forms be sent, which changes by the second."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", response.text)


def need_form(case: Case, **changed: Any) -> dict[str, Any]:
    """The form of a need, filled in."""
    return {
        "submission": str(uuid4()),
        "member": case.members[0].id,
        "need": "housing.overcrowding",
        "severity": "2",
        "readers": "team",
        "words": "Five in one bedroom",
        **changed,
    }


def action_form(case: Case, **changed: Any) -> dict[str, Any]:
    """The form of an action, filled in."""
    due = clock.today() + timedelta(days=3)
    return {
        "words": "Order a cot",
        "owner": f"staff.{case.key_worker.staff_id}",
        "due_on-day": due.day,
        "due_on-month": due.month,
        "due_on-year": due.year,
        **changed,
    }


def test_a_plan_from_need_to_finished_action(
    page: PageClient, session: Session, case: Case
) -> None:
    assert page.post(address(case, "/needs/new"), data=need_form(case)).status_code == 303
    [need] = plan_of(session, case).needs
    form = {"words": "Everyone sleeps", "needs": [need.uid], "baseline": "3"}
    assert page.post(address(case, "/goals/new"), data=form).status_code == 303
    [goal] = plan_of(session, case).goals
    path = address(case, f"/goals/{goal.uid}")
    assert page.post(f"{path}/actions/new", data=action_form(case)).status_code == 303
    assert page.post(path, data={"version": "0", "score": "5"}).status_code == 303
    severity = {"version": "1", "severity": "1", "words": "Moved to two bedrooms"}
    assert page.post(address(case, f"/needs/{need.uid}"), data=severity).status_code == 303
    [goal] = plan_of(session, case).goals
    shown = page.get(address(case)).text
    assert "3 at the start, 5 now" in shown and "Order a cot" in shown and "better" in shown
    done = address(case, f"/actions/{goal.actions[0].uid}/done")
    assert page.post(done, data={"words": "Came today"}).status_code == 303
    assert plan_of(session, case).goals[0].actions[0].done_on == clock.today()
    said = [entry.text for entry in families.chronology(session, [case.id]).entries][:6]
    assert said[0] == "Done: Order a cot.\nCame today"
    assert said[1] == "Housing: overcrowding: was medium, now low.\nMoved to two bedrooms"
    assert said[-1] == "New need: Housing: overcrowding, medium.\nFive in one bedroom"


def test_domestic_abuse_is_for_named_readers(
    page: PageClient, session: Session, case: Case
) -> None:
    form = need_form(case, need="domestic_abuse.physical")
    refused = page.post(address(case, "/needs/new"), data=form)
    assert "Domestic abuse is always protected: choose the people" in refused.text
    form |= {"readers": "named", "named_staff": [case.specialist.staff_id]}
    assert page.post(address(case, "/needs/new"), data=form).status_code == 303
    [need] = plan_of(session, case).needs
    assert set(need.named_staff) == {case.key_worker.staff_id, case.specialist.staff_id}
    page.sign_in(case.specialist.staff_id)
    assert "Physical violence" in page.get(address(case)).text


def test_what_is_protected_leaves_no_trace_on_the_pages(
    page: PageClient, session: Session, case: Case
) -> None:
    bare = without_token(page.sign_in(case.specialist.staff_id).get(address(case)))
    set_viewer(session, case.key_worker.viewer)
    need = a_need(session, case, "domestic_abuse.physical")
    goal = a_goal(session, case, need)
    action = an_action(session, case, goal)
    session.commit()
    assert without_token(page.get(address(case))) == bare
    for path in (f"/needs/{need}", f"/goals/{goal}", f"/actions/{action}/done"):
        hidden, unknown = (page.get(address(case, p)) for p in (path, path[:-8] + "00000000"))
        assert hidden.status_code == 404
        assert unknown.status_code == 404
    assert str(need) not in page.get(address(case, "/goals/new")).text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"member": "0"}, "Choose one of the options"),
        ({"member": ""}, "Choose whose need it is"),
        ({"need": "housing.alcohol"}, "Choose one of the options"),
        ({"need": ""}, "Choose a need from the list"),
        ({"severity": "7"}, "Choose one of the options"),
        ({"severity": "0"}, "Choose one of the options"),
        ({"readers": ""}, "Choose who may read this"),
        ({"readers": "named", "named_staff": ["x"]}, "Choose from the options"),
        ({"words": "x" * 1001}, "must be 1,000 characters or fewer"),
    ],
)
def test_nonsense_for_a_need_is_refused(
    page: PageClient, session: Session, case: Case, changed: dict[str, Any], sentence: str
) -> None:
    answer = page.post(address(case, "/needs/new"), data=need_form(case, **changed))
    assert answer.status_code == 200 and sentence in answer.text
    assert plan_of(session, case).needs == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"words": ""}, "Write what will be done"),
        ({"owner": "staff.0"}, "Choose one of the options"),
        ({"owner": "partner"}, "Enter who will do it"),
        ({"owner": "partner", "partner_name": "x" * 201}, "must be 200 characters or fewer"),
        ({"due_on-year": "2001"}, "must be today or later"),
        ({"due_on-day": ""}, "must include a day"),
    ],
)
def test_nonsense_for_an_action_is_refused(
    page: PageClient, session: Session, case: Case, changed: dict[str, Any], sentence: str
) -> None:
    goal = a_goal(session, case)
    session.commit()
    path = address(case, f"/goals/{goal}/actions/new")
    answer = page.post(path, data=action_form(case, **changed))
    assert answer.status_code == 200 and sentence in answer.text
    assert plan_of(session, case).goals[0].actions == []


@pytest.mark.parametrize("score", ["", "11", "-1", "5.5", "NaN", "\u0665", "1e1"])
def test_nonsense_for_a_score_is_refused(
    page: PageClient, session: Session, case: Case, score: str
) -> None:
    goal = a_goal(session, case)
    session.commit()
    answer = page.post(address(case, f"/goals/{goal}"), data={"version": "0", "score": score})
    assert answer.status_code == 200 and "There is a problem" in answer.text
    needs = {"words": "x", "needs": [str(uuid4())], "baseline": score}
    assert page.post(address(case, "/goals/new"), data=needs).status_code == 200
    assert [goal.scores for goal in plan_of(session, case).goals] == [[]]


def test_a_form_sent_twice_is_done_once(page: PageClient, session: Session, case: Case) -> None:
    form = need_form(case)
    for _ in range(2):
        assert page.post(address(case, "/needs/new"), data=form).status_code == 303
    [need] = plan_of(session, case).needs
    form = {"version": "1", "severity": "3", "submission": str(uuid4())}
    for _ in range(2):
        path = address(case, f"/needs/{need.uid}")
        assert page.post(path, data=form).status_code == 303
    assert len(plan_of(session, case).needs[0].severities) == 2


def test_a_stale_page_says_who_did_what_and_keeps_what_was_typed(
    page: PageClient, session: Session, case: Case
) -> None:
    need = a_need(session, case)
    goal = a_goal(session, case, need)
    action = an_action(session, case, goal)
    set_viewer(session, case.specialist.viewer)
    other = case.specialist
    services.set_severity(session, other, case.id, need, 3, version=1)
    services.score_goal(session, other, case.id, goal, 6, version=0)
    services.complete_action(session, other, case.id, action)
    session.commit()
    for path, form, sentence in (
        (f"/needs/{need}", {"version": "1", "severity": "1"}, "has set this need to high since"),
        (f"/goals/{goal}", {"version": "0", "score": "4"}, "has scored this goal 6 since"),
        (f"/goals/{goal}", {"version": "x", "score": "4"}, "has scored this goal 6 since"),
        (f"/actions/{action}/done", {}, "has marked this action as done already"),
    ):
        answer = page.post(address(case, path), data={**form, "words": "kept words"})
        assert f"{other.name} {sentence}" in answer.text and "kept words" in answer.text
    plan = plan_of(session, case)
    assert (plan.needs[0].severity, plan.goals[0].latest) == (3, 6)


def test_things_of_another_family_are_not_found(
    page: PageClient, session: Session, case: Case
) -> None:
    other = a_case(session, hub_id=case.hub_id)
    need = a_need(session, other)
    goal = a_goal(session, other, need)
    action = an_action(session, other, goal)
    session.commit()
    page.sign_in(case.manager.staff_id)
    paths = [f"/needs/{need}", f"/goals/{goal}", f"/goals/{goal}/actions/new"]
    for path in (*paths, f"/actions/{action}/done"):
        assert page.get(address(case, path)).status_code == 404
    form = {"words": "x", "needs": [need], "baseline": "1"}
    assert page.post(address(case, "/goals/new"), data=form).status_code == 303
    set_viewer(session, case.key_worker.viewer)
    a_need(session, case)
    session.commit()
    assert page.post(address(case, "/goals/new"), data=form).status_code == 200
    assert plan_of(session, case).goals == []


def test_somebody_who_may_not_open_the_family_finds_nothing(
    page: PageClient, session: Session, case: Case
) -> None:
    page.sign_in(case.outsider.staff_id)
    for path in ("", "/needs/new", "/goals/new", f"/needs/{uuid4()}"):
        assert page.get(address(case, path)).status_code == 404
        if path:
            assert page.post(address(case, path), data={}).status_code == 404


def test_a_partner_and_a_member_may_own_actions(
    page: PageClient, session: Session, case: Case
) -> None:
    goal = a_goal(session, case)
    session.commit()
    path = address(case, f"/goals/{goal}/actions/new")
    page.post(path, data=action_form(case, owner="partner", partner_name="Elm School"))
    page.post(path, data=action_form(case, owner=f"member.{case.members[0].id}"))
    owners = {action.owner for action in plan_of(session, case).goals[0].actions}
    assert owners == {"Elm School", case.members[0].name}


def test_goals_are_found_by_id(session: Session, case: Case) -> None:
    goal = queries.goal(session, [case.id], a_goal(session, case))
    assert queries.goals_by_id(session, [goal.id]) == {goal.id: goal}
    assert goal.member_ids == [case.members[0].id]
    set_viewer(session, case.outsider.viewer)
    assert queries.goals_by_id(session, [goal.id]) == {}
