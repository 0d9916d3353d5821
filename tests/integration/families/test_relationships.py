"""How people are related: said once, read from both ends, and nothing that cannot be."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.services import NewPerson, RelationshipFacts
from keywork.kernel import clock
from keywork.kernel.database import transaction
from keywork.kernel.errors import Refusal, Stale, refusal_of
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.families import Case, a_case

TOM, LEAH, AVA, NOAH = range(4)
"""The members of a case: two parents, the older first, then their children."""


def relate(session: Session, case: Case, first: int, kind: str, second: int, **facts: Any) -> UUID:
    """Say what one member is to another, by their places in the case."""
    return services.add_relationship(
        session,
        case.key_worker,
        queries.family(session, case.reference),
        first=case.members[first].person_id,
        second=case.members[second].person_id,
        kind=kind,
        facts=RelationshipFacts(**facts),
    )


def seen_by(session: Session, case: Case, member: int) -> list[tuple[str, str]]:
    """What the others are to a member."""
    family = queries.family(session, case.reference)
    found = queries.relations(session, family, case.members[member].person_id, clock.today())
    return [(relation.member.given_name, relation.what) for relation in found]


def entries(session: Session, case: Case) -> list[str]:
    """What the chronology says of relationships, newest first."""
    found = queries.chronology(session, [case.id]).entries
    return [entry.text for entry in found if entry.kind == "relationship"]


def raw(session: Session, first: int, second: int, kind: str, **more: Any) -> None:
    """Write a row past the services, and take it back."""
    values = {"person_id": first, "other_id": second, "kind": kind, **more}
    names = ", ".join(values)
    with session.begin_nested():
        session.execute(
            text(f"INSERT INTO relationship ({names}) VALUES (:{', :'.join(values)})"), values
        )


def refused(session: Session, *row: Any, **more: Any) -> str | None:
    """The name of the rule that keeps a row out of the database."""
    with pytest.raises(IntegrityError) as caught:
        raw(session, *row, **more)
    assert refusal_of(caught.value), "it has a sentence"
    return caught.value.orig.diag.constraint_name  # type: ignore[union-attr]


@pytest.fixture
def parents_said(session: Session, case: Case) -> Case:
    """A case in which both are the parents of both."""
    for parent in (LEAH, TOM):
        for child in (AVA, NOAH):
            relate(session, case, parent, "birth_parent", child, parental_responsibility="yes")
    return case


def test_one_row_is_read_from_both_ends(session: Session, case: Case) -> None:
    relate(session, case, LEAH, "birth_parent", AVA, parental_responsibility="yes")
    relate(session, case, LEAH, "married", TOM, started_on=date(2018, 6, 2))
    assert seen_by(session, case, AVA) == [("Leah", "parent")]
    assert seen_by(session, case, LEAH) == [("Ava", "child"), ("Tom", "spouse")]
    assert seen_by(session, case, TOM) == [("Leah", "spouse")]
    assert entries(session, case) == [
        "Leah Marsh is Tom Marsh's spouse, since 2 June 2018",
        "Leah Marsh is Ava Marsh's parent",
    ]


def test_brothers_and_sisters_follow(session: Session, parents_said: Case) -> None:
    assert ("Noah", "sibling") in seen_by(session, parents_said, AVA)
    assert ("Ava", "sibling") in seen_by(session, parents_said, NOAH)


def test_a_separation_is_a_change_to_what_was_said(session: Session, case: Case) -> None:
    uid = relate(session, case, LEAH, "married", TOM)
    family = queries.family(session, case.reference)
    apart = RelationshipFacts(separated_on=date(2026, 5, 1))
    services.change_relationship(session, case.key_worker, family, uid, apart, version=1)
    assert seen_by(session, case, TOM) == [("Leah", "spouse, separated")]
    assert entries(session, case)[0] == "Leah Marsh is Tom Marsh's spouse: separated 1 May 2026"
    late = RelationshipFacts(ended_on=date(2026, 9, 1))
    with pytest.raises(Stale, match=case.key_worker.name):
        services.change_relationship(session, case.manager, family, uid, late, version=1)
    services.change_relationship(session, case.key_worker, family, uid, late, version=2)
    assert seen_by(session, case, TOM) == [("Leah", "former spouse")]


def test_another_kind_of_relative_is_said_in_words(session: Session, case: Case) -> None:
    with pytest.raises(Refusal, match="such as aunt"):
        relate(session, case, LEAH, "relative", AVA)
    relate(session, case, LEAH, "relative", AVA, words="godmother")
    assert seen_by(session, case, AVA) == [("Leah", "godmother")]
    assert seen_by(session, case, LEAH) == [("Ava", "relative (Leah is their godmother)")]


def test_what_never_was_true_stays_in_the_record_unseen(session: Session, case: Case) -> None:
    uid = relate(session, case, TOM, "birth_parent", AVA)
    family = queries.family(session, case.reference)
    services.remove_relationship(session, case.key_worker, family, uid, version=1)
    assert seen_by(session, case, AVA) == []
    assert entries(session, case)[0] == "Recorded by mistake: Tom Marsh is Ava Marsh's parent"
    assert session.scalar(text("SELECT count(*) FROM relationship")) == 1
    with pytest.raises(Stale, match=f"{case.key_worker.name} has removed"):
        services.remove_relationship(session, case.manager, family, uid, version=2)


def test_only_people_of_the_family_are_related(session: Session, case: Case) -> None:
    other = a_case(session, "Other")
    set_viewer(session, case.key_worker.viewer)
    with pytest.raises(Refusal, match="who are in this family"):
        services.add_relationship(
            session,
            case.key_worker,
            queries.family(session, case.reference),
            first=case.members[LEAH].person_id,
            second=other.members[AVA].person_id,
            kind="birth_parent",
            facts=RelationshipFacts(),
        )
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw(
            session,
            case.members[LEAH].person_id,
            other.members[AVA].person_id,
            "birth_parent",
        )


def test_an_outsider_sees_no_relationship(session: Session, parents_said: Case) -> None:
    count = text("SELECT count(*) FROM relationship")
    assert session.scalar(count) == 4
    set_viewer(session, parents_said.outsider.viewer)
    assert session.scalar(count) == 0


def test_nobody_is_their_own_grandparent(session: Session, case: Case) -> None:
    tom, leah, ava, noah = (member.person_id for member in case.members)
    session.execute(text("UPDATE person SET date_of_birth = NULL"))
    raw(session, leah, ava, "birth_parent")
    raw(session, ava, noah, "adoptive_parent")
    assert refused(session, noah, leah, "birth_parent") == "relationship_own_ancestor"
    assert refused(session, ava, leah, "birth_parent") == "relationship_own_ancestor"
    assert refused(session, leah, leah, "birth_parent") in {
        "relationship_with_another",
        "relationship_own_ancestor",
    }
    assert refused(session, noah, leah, "married") == "relationship_own_ancestor"
    raw(session, tom, leah, "married")


def test_a_parent_is_older_even_once_a_date_of_birth_is_mended(
    session: Session, case: Case
) -> None:
    leah, ava = (case.members[place].person_id for place in (LEAH, AVA))
    assert refused(session, ava, leah, "birth_parent") == "relationship_parent_older"
    raw(session, leah, ava, "birth_parent")
    with pytest.raises(IntegrityError, match="older"), session.begin_nested():
        session.execute(
            text("UPDATE person SET date_of_birth = '2020-01-01' WHERE id = :id"), {"id": leah}
        )
    raw(session, ava, leah, "carer")


def test_a_child_has_two_parents_by_birth_at_most(session: Session, case: Case) -> None:
    third = NewPerson("Ida", "Marsh", date(1990, 1, 1), None, "other_adult")
    services.add_members(session, case.key_worker, case.id, [third])
    tom, leah, ava, _ = (member.person_id for member in case.members)
    ida = session.scalar(text("SELECT id FROM person WHERE given_name = 'Ida'"))
    assert ida is not None
    raw(session, leah, ava, "birth_parent")
    raw(session, tom, ava, "birth_parent")
    assert refused(session, ida, ava, "birth_parent") == "relationship_two_birth_parents"
    raw(session, ida, ava, "adoptive_parent")


@pytest.mark.parametrize(
    ("kind", "more", "rule"),
    [
        ("married", {"started_on": "2030-01-01"}, "relationship_past"),
        (
            "married",
            {"started_on": "2020-01-01", "separated_on": "2019-01-01"},
            "relationship_separated_later",
        ),
        (
            "married",
            {"separated_on": "2020-01-01", "ended_on": "2019-01-01"},
            "relationship_ended_later",
        ),
        ("sibling", {"words": "aunt"}, "relationship_words_of_relatives"),
        ("sibling", {"separated_on": "2019-01-01"}, "relationship_couple_separates"),
        ("married", {"parental_responsibility": "yes"}, "relationship_parental_responsibility"),
    ],
)
def test_what_is_said_of_it_must_be_possible(
    session: Session, case: Case, kind: str, more: dict[str, str], rule: str
) -> None:
    tom, leah = (member.person_id for member in case.members[:2])
    assert refused(session, leah, tom, kind, **more) == rule


def test_the_same_is_not_said_twice_from_either_end(session: Session, case: Case) -> None:
    relate(session, case, LEAH, "partners", TOM)
    tom, leah = (member.person_id for member in case.members[:2])
    assert refused(session, tom, leah, "partners") == "relationship_current_key"


def test_two_at_once_cannot_make_half_a_circle_each(engine_of_own: Engine) -> None:
    def done(act: Callable[[Session], Any]) -> Any:
        with Session(engine_of_own) as session, transaction(session):
            return act(session)

    case = done(a_case)
    [one, other] = [member.person_id for member in case.members[:2]]
    start = Barrier(2)

    def half(pair: tuple[int, int]) -> str:
        def act(session: Session) -> None:
            set_viewer(session, case.key_worker.viewer)
            session.execute(text("SELECT 1 FROM relationship"))
            start.wait()
            raw(session, *pair, "adoptive_parent")

        try:
            done(act)
        except IntegrityError as error:
            return str(error.orig.diag.constraint_name)  # type: ignore[union-attr]
        return "written"

    def forget_births(session: Session) -> None:
        set_viewer(session, case.key_worker.viewer)
        session.execute(text("UPDATE person SET date_of_birth = NULL"))

    done(forget_births)
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(half, [(one, other), (other, one)]))
    assert sorted(outcomes) == ["relationship_own_ancestor", "written"]


@pytest.fixture
def page(client: PageClient, session: Session, parents_said: Case) -> PageClient:
    """A browser in which the key worker is signed in."""
    session.commit()
    return client.sign_in(parents_said.key_worker.staff_id)


def test_a_relationship_is_added_from_a_persons_page(
    page: PageClient, session: Session, parents_said: Case
) -> None:
    case = parents_said
    path = f"/families/{case.reference}/people/{case.members[LEAH].uid}"
    assert "Add a relationship" in page.get(path).text
    answer = {
        "submission": str(uuid4()),
        "who": case.members[TOM].person_id,
        "what": "married.first",
        "parental_responsibility": "not_known",
        "started_on-day": "2 June 2018",
    }
    late = clock.today() + timedelta(days=1)
    tomorrow = f"{late.day} {late.month} {late.year}"
    wrong = page.post(f"{path}/relationships/new", data=answer | {"started_on-day": tomorrow})
    assert "The date cannot be in the future" in wrong.text
    wrong = page.post(f"{path}/relationships/new", data=answer | {"what": "birth_parent.second"})
    assert "A parent must be older than their child" in wrong.text
    assert page.post(f"{path}/relationships/new", data=answer).status_code == 303
    assert "Spouse" in page.get(path).text


def test_the_tree_shows_everybody_with_the_same_facts_as_a_table(
    page: PageClient, session: Session, parents_said: Case
) -> None:
    shown = page.get(f"/families/{parents_said.reference}/tree").text
    for member in parents_said.members:
        assert shown.count(f"/people/{member.uid}") == 2
    assert "child of Leah Marsh and Tom Marsh" in shown
    assert "Leah Marsh (parent), Tom Marsh (parent)" in shown


def test_the_tree_of_another_day_has_who_was_in_the_family_then(
    session: Session, parents_said: Case
) -> None:
    case, today = parents_said, clock.today()
    family = queries.family(session, case.reference)
    session.execute(
        text("UPDATE member SET started_on = :before"), {"before": today - timedelta(days=30)}
    )
    session.execute(
        text("UPDATE member SET ended_on = :on WHERE id = :id"),
        {"on": today - timedelta(days=10), "id": case.members[TOM].id},
    )
    now = queries.tree(session, family, today)
    assert [m.given_name for m in now.former] == ["Tom"] and len(now.members) == 3
    then = queries.tree(session, family, today - timedelta(days=20))
    assert len(then.members) == 4 and then.former == []
    assert queries.tree(session, family, today - timedelta(days=40)).people == []
