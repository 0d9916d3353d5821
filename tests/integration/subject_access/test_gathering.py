"""What is gathered about a person, and what somebody has to decide on."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.documents import services as documents
from keywork.documents.services import About
from keywork.families import services as families
from keywork.kernel.errors import Refusal, Stale
from keywork.kernel.files import Upload
from keywork.kernel.viewer import set_viewer
from keywork.subject_access import queries, services
from keywork.subject_access.policy import Concern, Verdict
from keywork.subject_access.queries import Gathered, Item
from keywork.subject_access.queries import sources as statements
from keywork.subject_access.queries.fields import sources
from tests.conftest import PageClient
from tests.factories import a_life as life_of
from tests.factories.a_life import NAMING, OTHERS, OWN, PROTECTED, SHARED, TOLD, Life, a_life
from tests.factories.documents import PDF
from tests.factories.families import Case
from tests.factories.subject_access import a_request, an_officer, decided

pytestmark = pytest.mark.usefixtures("app")

NOT_GATHERED = {
    "access_consent": "what others said about a request; the request's own papers",
    "access_request": "the request itself",
    "conflict_of_interest": "a colleague's declaration about themself",
    "copied_for": "no table",
    "entry_subject": "with the entry",
    "handoff_person": "with the handoff",
    "legal_hold": "why a record is kept: of the record, not of the person",
    "member_past_role": "with the place in a family",
    "person_merge": "housekeeping: what it says of the person is in the person's own rows",
    "same_person": "housekeeping: compares them with somebody else",
    "spend_member": "with the spend",
}
"""Tables that say something of a person and are no items of their own, and why."""


@pytest.fixture
def life(session: Session) -> Life:
    """A father of whom there is something of every kind."""
    return a_life(session)


def entry(gathered: Gathered, words: str) -> Item:
    """The entry that says this."""
    return next(item for item in gathered.items if item.value("text") == words)


def test_there_is_an_item_of_every_kind_and_nothing_about_others_alone(
    session: Session, life: Life
) -> None:
    request = a_request(session, an_officer(session), life.tom)
    gathered = queries.gather(session, request)
    assert {item.source.key for item in gathered.items} == sources().keys()
    said = "\n".join(one.words for item in gathered.items for one in item.said)
    assert not [words for words in OTHERS if words in said]


def test_what_concerns_others_is_for_somebody_to_decide(session: Session, life: Life) -> None:
    request = a_request(session, an_officer(session), life.tom)
    gathered = queries.gather(session, request)
    found = {words: entry(gathered, words) for words in (OWN, SHARED, TOLD, PROTECTED, NAMING)}
    assert {words: set(item.concerns) for words, item in found.items()} == {
        OWN: set(),
        SHARED: {Concern.OTHERS},
        TOLD: {Concern.SOURCE},
        PROTECTED: {Concern.PROTECTED},
        NAMING: {Concern.NAMES},
    }
    assert [item.verdict for item in found.values()] == [Verdict.DEFAULT, *["undecided"] * 4]
    assert [other.name for other in found[SHARED].others] == ["Leah Marsh"]
    assert found[PROTECTED].protected_from == [
        *("the person themself", "Ava Marsh", "Leah Marsh", "Noah Marsh")
    ]
    assert life.case.specialist.name in found[PROTECTED].readers
    concerned = {item.source.key for item in gathered.items if item.concerns}
    assert {"relationship", "goal", "document", "handoff", "entry"} <= concerned
    assert {other.name for other in gathered.people} == {
        "Ava Marsh",
        "Leah Marsh",
        "Rosa Kettlewell",
    }


def test_a_decision_holds_until_the_item_is_another(session: Session, life: Life) -> None:
    officer = an_officer(session)
    request = a_request(session, officer, life.tom)

    def goal() -> Item:
        found = queries.gather(session, request).items
        return next(i for i in found if i.source.key == "goal" and len(i.others) == 0)

    decided(session, officer, request, goal(), "leave_out", "not_about")
    assert goal().verdict == Verdict.LEAVE_OUT
    life_of.score(session, life)
    set_viewer(session, officer.viewer)
    assert goal().undecided
    with pytest.raises(Stale):
        services.decide(
            session,
            officer,
            request,
            goal(),
            decision="include",
            reason="reasonable",
            words="",
            texts={},
            version="4000",
        )


def test_words_can_be_taken_out_and_none_put_in(session: Session, life: Life) -> None:
    officer = an_officer(session)
    request = a_request(session, officer, life.tom)
    item = entry(queries.gather(session, request), NAMING)
    for words, problem in ((NAMING, "Take some words out"), ("Lea rang", "only take words out")):
        with pytest.raises(Refusal, match=problem):
            decided(session, officer, request, item, "include_part", "no_consent", text=words)
    left = NAMING.removeprefix("Leah ")
    decided(session, officer, request, item, "include_part", "no_consent", text=left)
    [sent] = [
        one.sent
        for one in entry(queries.gather(session, request), NAMING).said
        if one.field.key == "text"
    ]
    assert sent == f"[words removed] {left}"


def test_other_records_of_theirs_count_closed_ones_too(session: Session, life: Life) -> None:
    case: Case = life.case
    set_viewer(session, case.manager.viewer)
    person = families.NewPerson(
        "Tom", "Marsh", life.tom.date_of_birth, life.tom.nhs_number, "parent"
    )
    other = families.open_family(session, case.manager, case.hub_id, [person])
    [member] = session.scalars(
        text("SELECT id FROM member WHERE family_id = :id"), {"id": other.id}
    )
    families.record_entry(
        session, family_id=other.id, kind="note", text="Long ago.", member_ids=[member]
    )
    families.close_family(session, case.manager, other.id, reason="needs_met")
    request = a_request(session, an_officer(session), life.tom)
    gathered = queries.gather(session, request)
    assert entry(gathered, "Long ago.").record == other.reference


def test_each_table_about_people_is_gathered_or_it_is_said_why_not(session: Session) -> None:
    about = session.scalars(
        text("""SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'
                AND confrelid IN ('person'::regclass, 'member'::regclass)""")
    ).all()
    gathered = set(re.findall(r"(?:FROM|JOIN) (\w+)", " ".join(statements.ALL)))
    assert {table for table in about if table not in gathered} - NOT_GATHERED.keys() == set()


def test_a_file_is_read_and_decided_on_by_somebody(
    session: Session, life: Life, client: PageClient
) -> None:
    set_viewer(session, life.case.key_worker.viewer)
    about = About("His own letter", [life.tom.id], "own_observation", "")
    letter = Upload("letter.pdf", PDF)
    documents.add_document(session, life.case.key_worker, life.family, letter, about)
    officer = an_officer(session)
    request = a_request(session, officer, life.tom)
    items = queries.gather(session, request).items
    file = next(item for item in items if item.value("title") == "His own letter")
    assert file.concerns == {Concern.FILE}
    assert file.undecided
    session.commit()
    client.sign_in(officer.staff_id)
    page = f"/subject-access/{request.reference}/items/{file.key}"
    assert f"{page}/file" in client.get(page).text
    with client.get(f"{page}/file") as answer:
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")
    other = next(item for item in items if item.source.key == "person")
    missing = f"/subject-access/{request.reference}/items/{other.key}/file"
    assert client.get(missing).status_code == 404
