"""What a copy may hold is the database's to say: these look at it with plain SQL."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.services import NewPerson
from keywork.kernel import clock
from keywork.kernel.viewer import PUBLIC, copying_for, set_viewer
from tests.factories import copies, places
from tests.factories.copies import Story, say
from tests.factories.families import a_case

TEXTS = text("SELECT text FROM entry")
COPIED = text("SELECT set_config('keywork.copied_for', :person, true)")
SAID = {
    copies.HERS,
    copies.HIS,
    copies.BOTH,
    copies.CHILDS,
    copies.HEARD,
    copies.SECRET,
    copies.HIDDEN,
}


def reaches(session: Session, person_id: int, sql: str = "SELECT text FROM entry") -> set[object]:
    """What this person may be given."""
    with copying_for(session, person_id):
        return set(session.scalars(text(sql)))


def test_a_mother_gets_what_is_hers_her_childrens_and_meant_for_her(
    session: Session, story: Story
) -> None:
    found = reaches(session, story.mother.person_id)
    assert found & SAID == {copies.HERS, copies.CHILDS, copies.SECRET}


def test_a_father_who_has_left_gets_what_is_about_him_alone(session: Session, story: Story) -> None:
    assert reaches(session, story.father.person_id) & SAID == {copies.HIS}


@pytest.mark.parametrize(
    ("sql", "hers", "his"),
    [
        ("SELECT postcode FROM residence", {"NB9 9ZZ"}, {"NB1 2AB"}),
        ("SELECT domain FROM need", {"domestic_abuse"}, {"substance_misuse"}),
        ("SELECT words FROM goal", {copies.HER_GOAL}, {"He stops drinking"}),
        ("SELECT words FROM action", {copies.ALARM}, set()),
        ("SELECT voice FROM entry_subject WHERE voice <> ''", {copies.VOICE}, set()),
        ("SELECT count(*) FROM need_severity", {1}, {1}),
        ("SELECT count(*) FROM goal_need", {1}, {1}),
        ("SELECT count(*) FROM safe_contact", {0}, {0}),
        ("SELECT count(*) FROM open_period", {0}, {0}),
        ("SELECT given_name FROM person", {"Leah", "Ava", "Noah"}, {"Tom"}),
        ("SELECT role FROM member", {"parent", "child"}, {"non_resident_parent"}),
        ("SELECT count(*) FROM relationship", {2}, {0}),
    ],
)
def test_each_table_says_to_each_what_may_reach_them(
    session: Session, story: Story, sql: str, hers: set[object], his: set[object]
) -> None:
    assert reaches(session, story.mother.person_id, sql) == hers
    assert reaches(session, story.father.person_id, sql) == his


def test_a_copy_has_nothing_that_the_practitioner_may_not_read(
    session: Session, story: Story
) -> None:
    services.join_team(session, story.case.id, story.case.outsider.staff_id, "specialist")
    set_viewer(session, story.case.outsider.viewer)
    assert reaches(session, story.mother.person_id) & SAID == {copies.HERS, copies.CHILDS}
    for viewer in (PUBLIC, a_case(session).manager.viewer):
        set_viewer(session, viewer)
        assert reaches(session, story.mother.person_id) == set()


def test_from_twelve_on_a_child_speaks_for_themself(session: Session, story: Story) -> None:
    for days, told in ((-1, True), (1, False)):
        born = clock.today().replace(year=clock.today().year - 12) - timedelta(days=days)
        with session.begin_nested() as point:
            session.execute(
                text("UPDATE person SET date_of_birth = :born WHERE id = :id"),
                {"born": born, "id": story.ava.person_id},
            )
            assert (copies.CHILDS in reaches(session, story.mother.person_id)) is told
            point.rollback()
    assert reaches(session, story.ava.person_id) & SAID == {copies.CHILDS}


def test_without_parental_responsibility_a_childs_record_stays_closed(
    session: Session, story: Story
) -> None:
    session.execute(
        text("UPDATE relationship SET parental_responsibility = 'not_known' WHERE other_id = :id"),
        {"id": story.ava.person_id},
    )
    assert copies.CHILDS not in reaches(session, story.mother.person_id)


def test_what_is_the_whole_familys_reaches_those_at_home(session: Session, story: Story) -> None:
    say(session, story.case, "We all agreed on bedtimes", kind="review")
    say(session, story.case, "A note about nobody")
    for member, told in ((story.mother, True), (story.ava, True), (story.father, False)):
        found = reaches(session, member.person_id)
        assert ("We all agreed on bedtimes" in found) is told
        assert "A note about nobody" not in found


def test_a_correction_takes_the_place_of_what_was_wrong(session: Session, story: Story) -> None:
    family = queries.family(session, story.reference)
    entries = queries.chronology(session, family.ids, limit=50).entries
    wrong = next(entry for entry in entries if entry.text == copies.HERS)
    services.correct_entry(
        session, story.case.key_worker, family, wrong.uid, text="She has a place", reason="Wrong"
    )
    found = reaches(session, story.mother.person_id)
    assert "She has a place" in found
    assert copies.HERS not in found


def test_only_members_of_the_family_can_be_named(session: Session, story: Story) -> None:
    stranger = a_case(session).members[0]
    set_viewer(session, story.case.key_worker.viewer)
    with pytest.raises(DBAPIError, match="only members of the family"):
        services.record_entry(
            session,
            family_id=story.case.id,
            kind="note",
            text="x",
            visibility="protected",
            named_members=[stranger.id],
        )


def test_a_name_that_is_no_person_is_an_error_and_an_unknown_one_gets_nothing(
    session: Session, story: Story
) -> None:
    session.execute(COPIED, {"person": "999999999"})
    assert session.scalars(TEXTS).all() == []
    session.execute(COPIED, {"person": "everybody"})
    with pytest.raises(DBAPIError, match="invalid input syntax"):
        session.scalars(TEXTS)


def test_a_copy_ends_where_it_ends(session: Session, story: Story) -> None:
    def everything() -> bool:
        return set(session.scalars(TEXTS)) >= SAID

    with copying_for(session, story.mother.person_id):
        with copying_for(session, story.father.person_id):
            assert set(session.scalars(TEXTS)) & SAID == {copies.HIS}
        assert copies.SECRET in set(session.scalars(TEXTS))
        with session.begin_nested():
            assert copies.HIS not in set(session.scalars(TEXTS))
    assert everything()
    with pytest.raises(DBAPIError), copying_for(session, story.father.person_id):
        session.execute(text("SELECT 1 / 0"))
    assert everything()
    with pytest.raises(LookupError), copying_for(session, story.father.person_id):
        raise LookupError
    assert everything()


def test_what_was_loaded_before_is_not_shown_because_it_was_known(
    session: Session, story: Story
) -> None:
    home = services.add_person(
        session,
        story.case.key_worker,
        queries.family(session, story.reference),
        NewPerson("Ida", "Marsh", None, None, "relative"),
    )
    family = queries.family(session, story.reference)
    aunt = queries.person(session, family, home).member
    with copying_for(session, story.father.person_id):
        assert queries.member_names(session, [aunt.id]) == {}


def test_where_a_child_is_when_elsewhere_is_told_to_neither_parent(
    session: Session, story: Story
) -> None:
    places.lives_at(session, story.case, places.HIGH_STREET, "Ava")
    places.goes_to(session, story.case)
    for parent in (story.mother, story.father):
        said = " ".join(map(str, reaches(session, parent.person_id)))
        assert "High Street" not in said
        assert "Elm School" not in said
    own = " ".join(map(str, reaches(session, story.ava.person_id)))
    assert "12 High Street" in own
    assert "Elm School" in own
    assert "3 Elm Road" in " ".join(map(str, reaches(session, story.father.person_id)))
