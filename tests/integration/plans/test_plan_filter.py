"""A protected need, and all that hangs on it, leaves no trace for those who may not see it."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal
from keywork.kernel.viewer import PUBLIC, Viewer, set_viewer, system_task
from keywork.plans import queries, services
from tests.factories.families import Case, a_case
from tests.factories.plans import a_goal, a_need, an_action

TABLES = ("need", "need_severity", "goal", "goal_need", "goal_score", "action")


@pytest.fixture
def abuse(session: Session, case: Case) -> UUID:
    """A need about domestic abuse with a goal, a score and an action; the specialist may read."""
    need = a_need(session, case, "domestic_abuse.physical", named=(case.specialist,))
    goal = a_goal(session, case, need, words="We feel safe at home")
    services.score_goal(session, case.key_worker, case.id, goal, 4, version=0)
    an_action(session, case, goal, "Change the locks")
    return need


def rows(session: Session, viewer: Viewer) -> set[int]:
    """How many rows of each table this viewer gets."""
    set_viewer(session, viewer)
    return {session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in TABLES}


def test_author_named_reader_and_manager_read_everything(
    session: Session, case: Case, abuse: UUID
) -> None:
    for actor in (case.key_worker, case.specialist, case.manager):
        assert rows(session, actor.viewer) == {1}


def test_nobody_else_reads_anything(session: Session, case: Case, abuse: UUID) -> None:
    family_services.join_team(session, case.id, case.outsider.staff_id, "specialist")
    elsewhere = a_case(session)
    strangers = [case.outsider, elsewhere.key_worker, elsewhere.manager]
    for viewer in (*[actor.viewer for actor in strangers], PUBLIC, system_task("plans")):
        assert rows(session, viewer) == {0}
    session.execute(text("SELECT set_config('keywork.viewer', '', true)"))
    assert session.scalar(text("SELECT count(*) FROM need")) == 0


def test_no_count_grid_or_line_of_the_plan_shows_it(
    session: Session, case: Case, abuse: UUID
) -> None:
    a_need(session, case)
    family_services.join_team(session, case.id, case.outsider.staff_id, "specialist")
    set_viewer(session, case.key_worker.viewer)
    assert queries.plan_lines(session, [case.id]) == [
        "Needs: 2, 0 of them high, for 1 of the family",
        "Goals: “We feel safe at home” 3 → 4",
        "Actions: 1 open, 0 overdue",
    ]
    set_viewer(session, case.outsider.viewer)
    plan = queries.plan(session, [case.id])
    assert [need.title for need in plan.needs] == ["Housing: overcrowding"]
    assert plan.goals == []
    assert [domain.key for domain in plan.domains][:4] == [
        *("domestic_abuse", "substance_misuse", "parental_mental_health", "housing")
    ]
    assert queries.plan_lines(session, [case.id])[1:] == ["Goals: none", "Actions: none open"]
    with pytest.raises(NotVisible):
        queries.need(session, [case.id], abuse)
    said = " ".join(entry.text for entry in families.chronology(session, [case.id]).entries)
    assert "overcrowding" in said and "abuse" not in said and "safe at home" not in said


def test_a_need_that_one_may_not_see_does_not_stand_in_the_way_of_ones_own(
    session: Session, case: Case, abuse: UUID
) -> None:
    family_services.join_team(session, case.id, case.outsider.staff_id, "specialist")
    set_viewer(session, case.outsider.viewer)
    own = a_need(session, case, "domestic_abuse.physical", by=case.outsider)
    with pytest.raises(Refusal, match="in the plan for Tom Marsh already"):
        a_need(session, case, "domestic_abuse.physical", by=case.outsider)
    assert queries.need(session, [case.id], own).protected


def test_a_goal_is_read_by_those_who_may_read_each_of_its_needs(
    session: Session, case: Case, abuse: UUID
) -> None:
    alone = a_need(session, case, "domestic_abuse.stalking")
    open_ = a_need(session, case)
    key_worker, specialist = case.key_worker.staff_id, case.specialist.staff_id
    for needs, readers in (
        ((open_,), []),
        ((open_, abuse), [key_worker, specialist]),
        ((abuse, alone), [key_worker]),
    ):
        goal = queries.goal(session, [case.id], a_goal(session, case, *needs))
        assert (goal.protected, sorted(goal.named_staff)) == (bool(readers), sorted(readers))


def test_no_action_is_given_to_somebody_who_may_not_read_it(session: Session, case: Case) -> None:
    goal = a_goal(session, case, a_need(session, case, "domestic_abuse.stalking"))
    with pytest.raises(Refusal, match="may read this goal"):
        services.add_action(
            session,
            case.key_worker,
            case.id,
            goal,
            words="Call the police",
            owner=services.Owner(staff_id=case.specialist.staff_id),
            due_on=clock.today(),
        )


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_rewritten_or_removed(
    session: Session, case: Case, abuse: UUID, table: str
) -> None:
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET family_id = family_id"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(change))


def test_an_action_is_finished_but_not_reworded(session: Session, case: Case, abuse: UUID) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE action SET words = 'other'"))
    finish = text("UPDATE action SET done_on = london_today(), done_by = :id")
    for actor, changed in ((case.outsider, 0), (case.specialist, 1)):
        set_viewer(session, actor.viewer)
        assert session.execute(finish, {"id": actor.staff_id}).rowcount == changed  # type: ignore[attr-defined]


def test_a_plan_holds_members_and_needs_of_its_own_family_only(
    session: Session, case: Case
) -> None:
    hub_mate = a_case(session, hub_id=case.hub_id)
    foreign_need = a_need(session, hub_mate)
    set_viewer(session, case.manager.viewer)
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        services.add_need(
            session,
            case.manager,
            case.id,
            member_id=hub_mate.members[0].id,
            domain="housing",
            severity=1,
        )
    assert "member_id_family_id_fkey" in str(caught.value)
    with pytest.raises(Refusal, match="from this plan"):
        services.add_goal(
            session, case.manager, case.id, words="x", baseline=1, need_uids=[foreign_need]
        )
    link = text(
        "INSERT INTO goal_need (goal_id, need_id, family_id)"
        " SELECT goal.id, need.id, goal.family_id FROM goal, need WHERE need.uid = :need"
    )
    set_viewer(session, case.key_worker.viewer)
    a_goal(session, case)
    set_viewer(session, case.manager.viewer)
    family_services.join_team(session, hub_mate.id, case.manager.staff_id, "other")
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(link, {"need": foreign_need})
    assert "goal_need_need_id_family_id_fkey" in str(caught.value)


def test_nobody_plans_in_another_name(session: Session, case: Case) -> None:
    a_goal(session, case)
    insert = text(
        "INSERT INTO goal_score (family_id, entry_id, author, goal_id, number, score)"
        " SELECT family_id, entry_id, :author, id, 1, 5 FROM goal"
    )
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(insert, {"author": case.manager.viewer})
    assert "row-level security" in str(caught.value)
    session.execute(insert, {"author": case.key_worker.viewer})
