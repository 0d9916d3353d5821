"""One search box: whoever the viewer may know of is found, and nobody else."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bench.loading import load
from bench.population import people
from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.policy import NewPerson, parse_search
from keywork.families.policy.finding import name_words
from keywork.families.queries import finding
from keywork.kernel.viewer import practitioner, set_viewer
from keywork.local.databases import connect
from tests.conftest import Database, PageClient
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import Case, a_case, an_nhs_number
from tests.factories.places import REFUGE, lives_at, named

PEOPLE = [
    NewPerson("Leanne", "Hartley", date(1994, 3, 2), an_nhs_number(), "parent", known_as="Lee"),
    NewPerson("Mary-Ann", "O'Neill", date(1960, 1, 9), None, "other_adult"),
    NewPerson("Нина", "Иванова", None, None, "other_adult"),
    NewPerson("عمر", "حسين", None, None, "child"),
    NewPerson("伟", "王", None, None, "child"),
    NewPerson("Zoë", "Łukaszewska", date(2019, 5, 6), None, "child", upn="H801200001001"),
]


@pytest.fixture
def hartleys(session: Session, case: Case) -> Case:
    """A family of the hub that the key worker works with; Leanne was Pike."""
    set_viewer(session, case.manager.viewer)
    services.add_members(session, case.manager, case.id, PEOPLE)
    session.execute(
        text("""INSERT INTO person_name (person_id, kind, given_name, family_name, name_key)
          SELECT id, 'former', given_name, 'Pike', 'leanne pike' FROM person
          WHERE name_key = 'leanne hartley'""")
    )
    return case


def names(session: Session, actor: Actor, typed: str) -> list[str]:
    """Whom somebody finds."""
    set_viewer(session, actor.viewer)
    return [found.name for found in queries.find(session, parse_search(typed))]


@pytest.fixture(params=[150, 0], ids=["few families", "many families"])
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "FEW", request.param)


LEANNE, MARY = "Leanne (Lee) Hartley", "Mary-Ann O'Neill"
FOUND = [
    ("hartley leanne", LEANNE),
    ("Leane Hartley", LEANNE),
    ("Leannne Hartley", LEANNE),
    ("Leanne Hartlwy", LEANNE),
    ("Leanne Hratley", LEANNE),
    ("leannehartley", LEANNE),
    ("lee hartley", LEANNE),
    ("Pike", LEANNE),
    ("L Hartley", LEANNE),
    ("Leanne Jane Hartley", LEANNE),
    ("2 March 1994", LEANNE),
    ("someone 2/3/1994 hartly", LEANNE),
    (PEOPLE[0].nhs_number, LEANNE),
    ("maryann oneill", MARY),
    ("O Neill", MARY),
    ("ИВАНОВА нина", "Нина Иванова"),
    ("حسين", "عمر حسين"),
    ("王伟", "伟 王"),
    ("zoe lukaszewska", "Zoë Łukaszewska"),
    ("H801 200001001".replace(" ", ""), "Zoë Łukaszewska"),
]


@pytest.mark.usefixtures("_both_ways")
def test_people_are_found_however_their_name_is_typed(session: Session, hartleys: Case) -> None:
    missed = {
        typed: found
        for typed, name in FOUND
        if (found := names(session, hartleys.key_worker, typed))[:1] != [name]
    }
    assert missed == {}


def test_everybody_in_a_family_is_found_by_its_reference(session: Session, hartleys: Case) -> None:
    assert len(names(session, hartleys.key_worker, hartleys.reference.lower())) == 10


def test_the_reference_of_a_closed_door_tells_nobody_who_is_behind_it(
    session: Session, case: Case
) -> None:
    other = a_case(session, "Okafor")
    set_viewer(session, other.manager.viewer)
    child = case.members[2]
    born = [NewPerson(child.given_name, child.family_name, child.date_of_birth, None, "child")]
    services.add_members(session, other.manager, other.id, born)
    assert child.name in names(session, case.key_worker, child.name)
    assert names(session, case.key_worker, other.reference) == []


def test_somebody_in_two_records_that_are_read_as_one_is_found_once(
    session: Session, case: Case
) -> None:
    other = a_case(session, "Okafor", case.hub_id)
    set_viewer(session, case.manager.viewer)
    child = other.members[2]
    born = [NewPerson(child.given_name, child.family_name, child.date_of_birth, None, "child")]
    services.add_members(session, case.manager, case.id, born)
    services.join_families(session, case.manager, case.id, other.id, reason="same_family")
    assert names(session, case.manager, child.name) == [child.name]


def test_a_former_name_is_said_when_it_is_the_one_that_fits(
    session: Session, hartleys: Case
) -> None:
    set_viewer(session, hartleys.key_worker.viewer)
    [pike] = queries.find(session, parse_search("leanne pike"))
    [now] = queries.find(session, parse_search("leanne hartley"))
    assert (pike.other_name, now.other_name) == ("Pike", "")


def test_the_same_date_of_birth_comes_before_the_same_spelling(session: Session) -> None:
    case = a_case(session)
    set_viewer(session, case.manager.viewer)
    twins = [("Josef", date(2001, 2, 3)), ("Joseph", date(1980, 2, 3))]
    services.add_members(
        session,
        case.manager,
        case.id,
        [NewPerson(given, "Pell", born, None, "other_adult") for given, born in twins],
    )
    assert names(session, case.key_worker, "joseph pell") == ["Joseph Pell"]
    assert names(session, case.key_worker, "joesf pell 3/2/2001")[0] == "Josef Pell"


@pytest.mark.usefixtures("_both_ways")
def test_another_hubs_families_are_not_found(session: Session, hartleys: Case) -> None:
    there = a_case(session, "Tolliver")
    outsider = a_member_of_staff(session, "key_worker", hartleys.hub_id)
    typed = ["Leanne Hartley", PEOPLE[0].nhs_number or "", hartleys.reference, "2/3/1994"]
    for actor in (there.key_worker, there.manager, outsider):
        assert [names(session, actor, words) for words in typed] == [[], [], [], []]
    assert names(session, there.manager, "ava tolliver") == ["Ava Tolliver"]


def test_a_protected_address_finds_nobody_for_whoever_may_not_read_it(
    session: Session, case: Case
) -> None:
    set_viewer(session, case.key_worker.viewer)
    lives_at(session, case, REFUGE, "Leah", readers=named(case.specialist))
    set_viewer(session, case.manager.viewer)
    services.join_team(session, case.id, case.outsider.staff_id, "specialist")
    assert names(session, case.specialist, "nb9 9zz") == ["Leah Marsh"]
    assert names(session, case.outsider, "nb9 9zz") == []


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        pytest.param(PEOPLE[0].nhs_number, True, id="NHS number"),
        ("hartley LEANNE 2/3/1994", True),
        ("leanne hartley", False),
        ("leane hartley 2/3/1994", False),
        ("leanne pike 2/3/1994", False),
        ("2/3/1994", False),
    ],
)
def test_that_a_record_exists_is_said_only_of_exactly_that_person(
    session: Session, client: PageClient, hartleys: Case, typed: str, held: bool
) -> None:
    elsewhere = a_case(session, "Tolliver").key_worker
    session.commit()
    page = client.sign_in(elsewhere.staff_id).post("/find", data={"text": typed}).text
    assert (queries.HELD_ELSEWHERE in page) == held
    assert "KW-" not in page
    own = client.sign_in(hartleys.key_worker.staff_id).post("/find", data={"text": typed}).text
    assert queries.HELD_ELSEWHERE not in own


def test_a_search_is_audited_without_its_words(
    session: Session, client: PageClient, hartleys: Case
) -> None:
    session.commit()
    client.sign_in(hartleys.key_worker.staff_id)
    page = client.post("/find", data={"text": "Leanne Pike 2/3/1994"}).text
    assert "was Pike" in page
    assert hartleys.reference in page
    said = session.scalars(text("SELECT subject FROM audit_event WHERE act = 'search.asked'")).all()
    assert said[-1:] == ["name+born"]


def test_a_mistake_is_said_beside_what_was_typed(
    session: Session, client: PageClient, case: Case
) -> None:
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    page = client.post("/find", data={"text": "Ava 31/2/2024"}).text
    assert "31/2/2024 is not a real date" in page
    assert 'value="Ava 31/2/2024"' in page
    assert "Enter a name, a date of birth or a number" in client.post("/find", data={}).text


VARIANTS = "SELECT count(*) FROM searchable_name WHERE name_variants && name_variants(ARRAY[:word])"


def held(session: Session, words: Sequence[str]) -> list[int]:
    """How many names each of these words would find."""
    return [session.scalars(text(VARIANTS), {"word": word}).one() for word in words]


def test_whatever_is_done_to_a_name_it_is_found_by_it(session: Session, case: Case) -> None:
    set_viewer(session, case.key_worker.viewer)
    words = ["quillfeather", "brambleworth", "zephyrine"]
    session.execute(
        text("""INSERT INTO person (given_name, family_name, name_key)
          VALUES ('Zephyrine', 'Quillfeather', 'wrong')""")
    )
    assert held(session, words) == [1, 0, 1]
    session.execute(
        text("UPDATE person SET family_name = 'Brambleworth' WHERE given_name = 'Zephyrine'")
    )
    assert held(session, words) == [0, 1, 1]
    session.execute(
        text("""INSERT INTO person_name (person_id, kind, given_name, family_name, name_key)
          SELECT id, 'former', 'Zephyrine', 'Quillfeather', 'z q' FROM person
          WHERE given_name = 'Zephyrine'""")
    )
    assert held(session, words) == [1, 1, 2]
    session.execute(text("DELETE FROM person_name WHERE name_key = 'z q'"))
    assert held(session, words) == [0, 1, 1]


def test_the_database_reads_names_as_the_ranking_does(session: Session) -> None:
    for name in (
        "Mary-Ann O'Neill",
        "NÚÑEZ  de la Cruz",
        "Straße",
        "Ægir Đorđe",
        "王 伟",
        "عمر",
        "",
    ):
        read = session.scalars(text("SELECT name_words(:name)"), {"name": name}).one()
        assert read == name_words(name)


def test_families_are_numbered_past_the_ten_thousandth(scratch: Database) -> None:
    with connect(scratch.owner_url) as owner:
        owner.execute("SELECT set_config('keywork.viewer', 'task:accounts', false)")
        owner.execute("INSERT INTO hub (code, name, postcode_districts) VALUES ('H', 'Hub', '{}')")
        owner.execute("SELECT setval('family_reference', 9999)")
        new = "INSERT INTO family (hub_id) SELECT id FROM hub RETURNING reference"
        references = [owner.execute(new).fetchone() for _ in range(2)]
    assert references == [("KW-10000",), ("KW-10001",)]


def test_whoever_invented_people_are_given_to_finds_them(scratch: Database) -> None:
    invented = list(people(300))
    loaded = load(scratch.owner_url, invented, len(invented))
    sought = next(person for person in invented if person.date_of_birth and person.former_name)
    typed = f"{sought.former_name} {sought.given_name} {sought.date_of_birth}"
    engine = create_engine(scratch.url)
    with Session(engine) as session:
        for staff_id in (loaded.managers[sought.hub], loaded.key_workers[sought.family]):
            set_viewer(session, practitioner(staff_id))
            assert queries.find(session, parse_search(typed))[0].other_name == sought.former_name
    engine.dispose()
