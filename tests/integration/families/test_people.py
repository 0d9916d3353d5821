"""Persons and their places in families: what is known, what changes, and what cannot be."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.services import NewPerson
from keywork.families.upn import parse_upn
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import set_viewer
from tests.factories.families import Case, a_case, an_nhs_number

TODAY = clock.today()
LONG_AGO = TODAY - timedelta(days=400)
UPN = "H801200001001"


def the_family(session: Session, case: Case) -> queries.FamilyView:
    """The family as it is now."""
    session.expire_all()
    return queries.family(session, case.reference)


def shown(session: Session, case: Case, uid: UUID) -> queries.PersonView:
    """What is known of somebody now."""
    return queries.person(session, the_family(session, case), uid)


def change(session: Session, case: Case, uid: UUID, **facts: Any) -> queries.PersonView:
    """Change facts, from a page opened just now."""
    family, version = the_family(session, case), shown(session, case, uid).version
    services.change_person(session, case.key_worker, family, uid, facts, version=version)
    return shown(session, case, uid)


def add(session: Session, case: Case, new: NewPerson, same_as: int | None = None) -> UUID:
    """Put somebody into the family."""
    family = the_family(session, case)
    return services.add_person(session, case.key_worker, family, new, same_as)


def entries(session: Session, case: Case) -> list[tuple[str, str]]:
    """Kind and words of what happened, the latest first."""
    found = queries.latest_entries(session, [case.id], 20)
    return [(entry.kind, entry.text) for entry in found]


def an_unborn(session: Session, case: Case) -> UUID:
    """A child expected in two months."""
    due = TODAY + timedelta(days=60)
    return add(session, case, NewPerson("Unborn", "Marsh", due, None, "unborn"))


def test_a_change_is_an_entry_that_names_the_facts_and_not_their_values(
    session: Session, case: Case
) -> None:
    leah = case.members[1].uid
    facts = {"ethnicity": "irish", "language": "Polish", "interpreter_needed": True}
    after = change(session, case, leah, **facts, sex=case.members[1].sex)
    assert (after.ethnicity_name, after.language) == ("White: Irish", "Polish")
    assert entries(session, case)[0] == (
        "details",
        "Changed: ethnic group, language, interpreter.",
    )


def test_a_changed_name_is_kept_as_a_former_one_and_a_spelling_is_not(
    session: Session, case: Case
) -> None:
    leah = case.members[1]
    after = change(session, case, leah.uid, family_name="Okafor", known_as="Lee")
    assert after.member.name == f"{leah.given_name} (Lee) Okafor"
    assert [(n.kind, n.name) for n in after.names] == [
        ("former", f"{leah.given_name} {leah.family_name}")
    ]
    assert [n.name for n in change(session, case, leah.uid, family_name="O'Kafor").names] == [
        f"{leah.given_name} {leah.family_name}"
    ]
    back = change(session, case, leah.uid, family_name=leah.family_name)
    assert [n.name for n in back.names] == [f"{leah.given_name} O'Kafor"]


def test_whoever_saw_an_older_page_is_told_who_changed_what(session: Session, case: Case) -> None:
    leah, family = case.members[1].uid, the_family(session, case)
    version = shown(session, case, leah).version
    change(session, case, leah, language="Welsh")
    set_viewer(session, case.specialist.viewer)
    with pytest.raises(Stale, match=rf"{case.key_worker.name} has changed .*Changed: language"):
        services.change_person(
            session, case.specialist, family, leah, {"language": "x"}, version=version
        )


def test_an_unborn_child_is_born_into_every_family_that_expects_them(
    session: Session, case: Case
) -> None:
    unborn = an_unborn(session, case)
    person_id = shown(session, case, unborn).member.person_id
    other = a_case(session, hub_id=case.hub_id)
    set_viewer(session, case.manager.viewer)
    session.execute(
        text("INSERT INTO member (family_id, person_id, role) VALUES (:f, :p, 'unborn')"),
        {"f": other.id, "p": person_id},
    )
    set_viewer(session, case.key_worker.viewer)
    family, version = the_family(session, case), shown(session, case, unborn).version
    facts = {
        "given_name": "Mia",
        "family_name": "Marsh",
        "date_of_birth": TODAY,
        "sex": "female",
        "nhs_number": an_nhs_number(),
    }
    services.record_birth(session, family, unborn, facts, version=version)
    born = shown(session, case, unborn)
    assert (born.member.role, born.member.age, born.names) == ("child", "0 days", [])
    assert born.member.person_id == person_id
    assert entries(session, case)[0][0] == "birth"
    with pytest.raises(Refusal, match="recorded already"):
        services.record_birth(session, family, unborn, facts, version=version + 1)
    set_viewer(session, other.key_worker.viewer)
    assert queries.family(session, other.reference).members[-1].role == "child"


def test_a_family_can_be_seen_as_it_was(session: Session, case: Case) -> None:
    tom, leah = case.members[0], case.members[1]
    session.execute(
        text("UPDATE member SET started_on = :day WHERE family_id = :id"),
        {"day": LONG_AGO, "id": case.id},
    )
    family = the_family(session, case)
    moved, left, back = (TODAY - timedelta(days=days) for days in (200, 100, 10))

    def version() -> int:
        return shown(session, case, tom.uid).version

    services.change_role(
        session,
        case.key_worker,
        family,
        tom.uid,
        role="non_resident_parent",
        on=moved,
        version=version(),
    )
    services.end_member(
        session, family, tom.uid, on=left, reason="Moved to Hull", version=version()
    )
    assert [m.end_reason for m in queries.former_members(session, the_family(session, case))] == [
        "Moved to Hull"
    ]
    again = services.bring_back(session, family, tom.uid, role="parent", on=back, version=version())
    roles = {
        day: {m.given_name: m.role for m in queries.members(session, family, day)}.get("Tom")
        for day in (LONG_AGO - timedelta(days=1), LONG_AGO, moved, left, back, TODAY)
    }
    assert list(roles.values()) == [None, "parent", "non_resident_parent", None, "parent", "parent"]
    assert shown(session, case, tom.uid).member.uid == again != tom.uid
    assert queries.former_members(session, the_family(session, case)) == []
    assert [kind for kind, _ in entries(session, case)[:3]] == ["member"] * 3
    assert leah.uid in {m.uid for m in queries.members(session, family, left)}


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ({"on": TODAY + timedelta(days=1)}, "today or in the past"),
        ({"on": TODAY - timedelta(days=1)}, "after the last change"),
    ],
)
def test_nobody_leaves_before_they_came_or_tomorrow(
    session: Session, case: Case, act: dict[str, Any], sentence: str
) -> None:
    tom, family = case.members[0].uid, the_family(session, case)
    version = shown(session, case, tom).version
    with pytest.raises(Refusal, match=sentence):
        services.end_member(session, family, tom, reason="x", version=version, **act)


def test_the_last_person_stays(session: Session, case: Case) -> None:
    for member in case.members[:-1]:
        family, version = the_family(session, case), shown(session, case, member.uid).version
        services.end_member(session, family, member.uid, on=TODAY, reason="x", version=version)
    last = case.members[-1].uid
    with pytest.raises(Refusal, match="at least one person"):
        services.end_member(
            session, the_family(session, case), last, on=TODAY, reason="x", version=1
        )


def test_a_shared_child_is_one_person_in_two_families(session: Session, case: Case) -> None:
    other = a_case(session, "Okafor", case.hub_id)
    services.join_team(session, other.id, case.key_worker.staff_id, "other")
    set_viewer(session, case.key_worker.viewer)
    ava = case.members[2]
    typed = NewPerson("Ava-Rose", "Okafor", ava.date_of_birth, None, "child", sex="female")
    place = add(session, other, typed, ava.person_id)
    there = shown(session, other, place)
    assert (there.member.person_id, there.member.sex) == (ava.person_id, "female")
    assert [n.name for n in there.names] == ["Ava-Rose Okafor"]
    assert [f.reference for f in there.families] == [case.reference]
    with pytest.raises(Refusal, match="in this family already"):
        add(session, other, typed, ava.person_id)
    set_viewer(session, other.specialist.viewer)
    assert shown(session, other, place).families == []


def test_nobody_is_brought_in_whom_the_worker_may_not_know(session: Session, case: Case) -> None:
    hidden = a_case(session, "Okafor").members[0]
    set_viewer(session, case.key_worker.viewer)
    with pytest.raises(Refusal, match="people shown"):
        add(session, case, NewPerson("A", "B", None, None, "parent"), hidden.person_id)
    with pytest.raises(NotVisible):
        shown(session, case, hidden.uid)


def test_the_name_typed_for_somebody_known_by_number_is_kept(session: Session, case: Case) -> None:
    noah = next(m for m in case.members if m.given_name == "Noah")
    typed = NewPerson("Noa", "Baker", noah.date_of_birth, noah.nhs_number, "child")
    services.add_members(session, case.key_worker, case.id, [typed])
    after = shown(session, case, noah.uid)
    assert (after.member.name, [n.name for n in after.names]) == (noah.name, ["Noa Baker"])


IMPOSSIBLE = [
    ("UPDATE person SET upn = 'A801200001001' WHERE id = :id", "person_upn_check"),
    ("UPDATE person SET died_on = london_today() + 1 WHERE id = :id", "person_possible_dates"),
    (
        "UPDATE person SET date_of_birth = london_today() + 1 WHERE id = :id",
        "person_possible_dates",
    ),
    ("UPDATE person SET died_on = date_of_birth - 1 WHERE id = :id", "person_died_after_birth"),
    ("UPDATE person SET ethnicity = 'Irish' WHERE id = :id", "person_ethnicity_check"),
    (
        "UPDATE person SET birth = 'expected', nhs_number = '9434765919' WHERE id = :id",
        "person_unborn_has_no_numbers",
    ),
    ("UPDATE member SET role = 'unborn' WHERE person_id = :id", "member_unborn_is_expected"),
    ("UPDATE member SET role = 'aunt' WHERE person_id = :id", "member_role_check"),
    ("UPDATE member SET ended_on = started_on - 1 WHERE person_id = :id", "member_check"),
    (
        "INSERT INTO person_name (person_id, kind, given_name, family_name, name_key)"
        " VALUES (:id, 'nickname', 'a', 'b', 'a b')",
        "person_name_kind_check",
    ),
    (
        "INSERT INTO member_past_role (member_id, role, ended_on)"
        " SELECT id, 'x', started_on FROM member WHERE person_id = :id",
        "member_past_role_role_check",
    ),
]


@pytest.mark.parametrize(("statement", "constraint"), IMPOSSIBLE)
def test_the_database_refuses_what_cannot_be(
    session: Session, case: Case, statement: str, constraint: str
) -> None:
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(text(statement), {"id": case.members[0].person_id})
    assert caught.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]


@pytest.mark.parametrize("typed", [UPN, UPN.lower(), "H801200001002", "I801200001001", "H8", ""])
def test_the_database_takes_the_pupil_numbers_that_we_take(session: Session, typed: str) -> None:
    try:
        ours = parse_upn(typed) == typed
    except ValueError:
        ours = False
    assert session.scalar(text("SELECT coalesce(upn_is_valid(:t), false)"), {"t": typed}) == ours
