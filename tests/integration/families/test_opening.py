"""Opening a record: one for each family, one person however many families."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.nhs_number import parse_nhs_number
from keywork.families.services import NewPerson
from keywork.kernel.errors import NotVisible, Refusal
from keywork.kernel.viewer import acting_as, set_viewer
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.families import Case, a_case, an_nhs_number


def as_new(member: queries.MemberView) -> NewPerson:
    """A member as somebody would type them in again."""
    return NewPerson(
        member.given_name.upper(),
        member.family_name,
        member.date_of_birth,
        member.nhs_number,
        member.role,
    )


def test_a_person_we_know_is_not_made_twice(session: Session, case: Case) -> None:
    set_viewer(session, case.manager.viewer)
    known = [as_new(member) for member in case.members]
    opened = services.open_family(session, case.manager, case.hub_id, known)
    again = queries.family(session, opened.reference)
    assert {m.person_id for m in again.members} == {m.person_id for m in case.members}


def test_the_same_person_twice_in_one_list_is_one_member(session: Session, case: Case) -> None:
    new = NewPerson("Ida", "Marsh", date(2020, 1, 1), None, "child")
    services.add_members(session, case.key_worker, case.id, [new, new, as_new(case.members[0])])
    assert len(queries.family(session, case.reference).members) == len(case.members) + 1


def test_two_nhs_numbers_are_two_persons_whatever_their_names(session: Session, case: Case) -> None:
    twin = replace(as_new(case.members[1]), nhs_number=an_nhs_number())
    assert queries.find_existing(session, None, [twin]) == []


def test_an_nhs_number_is_learnt_of_a_person_known_by_name(session: Session, case: Case) -> None:
    tom = replace(as_new(case.members[0]), nhs_number=an_nhs_number())
    assert case.members[0].nhs_number is None
    services.add_members(session, case.key_worker, case.id, [tom])
    found = queries.family(session, case.reference)
    assert (len(found.members), found.members[0].nhs_number) == (4, tom.nhs_number)


def test_existing_families_are_found_by_number_and_by_name(session: Session, case: Case) -> None:
    asked = [replace(as_new(m), given_name=f" {m.given_name}") for m in case.members]
    [match] = queries.find_existing(session, None, [*asked, replace(asked[0], given_name="Bo")])
    assert (match.family_reference, match.hub_id) == (case.reference, case.hub_id)
    assert match.key_worker_name == case.key_worker.name
    assert "same NHS number" in match.reason and "same name and date of birth" in match.reason
    assert queries.find_existing(session, [case.hub_id + 1], asked) == []
    nameless = [replace(as_new(case.members[0]), date_of_birth=None)]
    assert queries.find_existing(session, None, nameless) == []


def test_a_family_is_opened_at_ones_own_hub_and_has_members(session: Session) -> None:
    hub = a_hub(session)
    manager = a_member_of_staff(session, "hub_manager", a_hub(session))
    set_viewer(session, manager.viewer)
    person = NewPerson("Ida", "Marsh", None, None, "parent")
    with pytest.raises(Refusal, match="own hub"):
        services.open_family(session, manager, hub, [person])
    [own] = manager.hub_ids
    with pytest.raises(Refusal, match="at least one"):
        services.open_family(session, manager, own, [])


def test_only_those_who_work_with_it_open_a_family(session: Session, case: Case) -> None:
    for actor in (case.key_worker, case.specialist, case.manager):
        set_viewer(session, actor.viewer)
        assert queries.family(session, case.reference).id == case.id
    set_viewer(session, case.outsider.viewer)
    for reference in (case.reference, "KW-nonsense"):
        with pytest.raises(NotVisible):
            queries.family(session, reference)
    with acting_as(session, case.manager.viewer):
        services.leave_team(session, case.id, case.specialist.staff_id)
    set_viewer(session, case.specialist.viewer)
    with pytest.raises(NotVisible):
        queries.family(session, case.reference)


def test_a_family_has_one_key_worker_at_a_time(session: Session, case: Case) -> None:
    set_viewer(session, case.manager.viewer)
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        services.join_team(session, case.id, case.outsider.staff_id, "key_worker")
    assert "team_member_one_key_worker" in str(caught.value)
    services.leave_team(session, case.id, case.key_worker.staff_id)
    services.join_team(session, case.id, case.specialist.staff_id, "key_worker")
    family = queries.family(session, case.reference)
    assert family.key_worker == (case.specialist.staff_id, case.specialist.name)
    assert [worker.role for worker in family.team] == ["key_worker"]


def test_caseloads_are_listed_and_counted(session: Session, case: Case) -> None:
    other = a_case(session, "Okafor", case.hub_id)
    with acting_as(session, case.key_worker.viewer):
        [line] = queries.caseload(session, case.key_worker.staff_id)
    assert (line.reference, line.surnames) == (case.reference, ["Marsh"])
    assert line.youngest_born == case.members[-1].date_of_birth
    ids = [case.key_worker.staff_id, other.key_worker.staff_id, case.outsider.staff_id]
    assert queries.caseload_counts(session, ids) == dict(zip(ids, [1, 1, 0], strict=True))
    set_viewer(session, case.manager.viewer)
    assert set(queries.families_by_id(session, [case.id, other.id])) == {case.id, other.id}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("0123456789", min_size=10, max_size=10) | st.text("0123456789 x", max_size=12))
def test_the_database_takes_the_nhs_numbers_that_we_take(session: Session, typed: str) -> None:
    statement = text("SELECT coalesce(nhs_number_is_valid(:typed), false)")
    try:
        ours = parse_nhs_number(typed) == typed
    except ValueError:
        ours = False
    assert session.scalar(statement, {"typed": typed}) == ours
