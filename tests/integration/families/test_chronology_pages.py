"""The chronology's pages: finding one's way in it, marking and correcting what it says."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.queries import Sought
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.families import Case

PERSONS = text("""
  INSERT INTO person (given_name, family_name, name_key)
  SELECT 'Member ' || n, 'Marsh', 'member ' || n FROM generate_series(5, 20) n
""")
MEMBERS = text("""
  INSERT INTO member (family_id, person_id, role)
  SELECT :family, id, 'other_adult' FROM person WHERE given_name LIKE 'Member %'
""")
ENTRIES = text("""
  INSERT INTO entry (family_id, kind, happened_at, author, source, text, readers, next_on)
  SELECT :family, 'visit', now() - n * interval '1 hour', :author, 'own_observation',
    'Entry ' || n, ARRAY[:author], CASE WHEN n % 100 = 0 THEN current_date + 7 END
  FROM generate_series(1, 2000) n
""")
SUBJECTS = text("""
  INSERT INTO entry_subject (entry_id, family_id, member_id, seen)
  SELECT entry.id, :family, member.id, true FROM entry, member
  WHERE entry.text LIKE 'Entry %' AND entry.family_id = :family AND member.family_id = :family
    AND member.id % 10 = entry.id % 10
""")


@pytest.fixture
def page(client: PageClient, session: Session, case: Case) -> PageClient:
    """A browser in which the key worker is signed in."""
    session.commit()
    return client.sign_in(case.key_worker.staff_id)


@pytest.fixture
def written(session: Session, case: Case) -> dict[str, UUID]:
    """Entries of several kinds, each by its first word."""
    parent, other, child, _ = case.members
    record = services.record_entry
    about = {"session": session, "family_id": case.id}
    record(**about, kind="visit", text="Sleeping better now", seen=[child.id], domains=["housing"])
    record(**about, kind="call", text="Rang about rent", member_ids=[parent.id], source="family")
    record(**about, kind="note", text="Quiet", member_ids=[child.id], voices={child.id: "Rabbits"})
    record(**about, kind="meeting", text="School", member_ids=[other.id], source="partner")
    record(**about, kind="note", text="Hidden rabbits", visibility="protected")
    entries = queries.chronology(session, [case.id]).entries
    return {entry.text.split()[0]: entry.uid for entry in entries}


def found(session: Session, case: Case, **sought: object) -> set[str]:
    """The first words of what is found."""
    page = queries.chronology(session, [case.id], sought=Sought(**sought))  # type: ignore[arg-type]
    return {entry.text.split()[0] for entry in page.entries}


def test_each_filter_finds_what_it_says(
    session: Session, case: Case, written: dict[str, UUID]
) -> None:
    child = case.members[2].uid
    assert found(session, case, member=child) == {"Sleeping", "Quiet"}
    assert found(session, case, kind="call") == {"Rang"}
    assert found(session, case, source="partner") == {"School"}
    assert found(session, case, domain="housing") == {"Sleeping"}
    assert found(session, case, member=child, kind="note") == {"Quiet"}
    family = queries.family(session, case.reference)
    services.mark_significant(session, family, written["Rang"])
    services.mark_significant(session, family, written["Rang"])
    assert found(session, case, significant=True) == {"Rang"}
    services.unmark_significant(session, family, written["Rang"])
    assert found(session, case, significant=True) == set()


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("sleep", {"Sleeping"}),
        ("sleeping -rent", {"Sleeping"}),
        ("sleep OR rent", {"Sleeping", "Rang"}),
        ('"rang about rent"', {"Rang"}),
        ('"rent rang"', set()),
        ("rabbit", {"Quiet", "Hidden"}),
        ("the", set()),
        ("'; -- \" ( & | ! :* \\", set()),
    ],
)
def test_words_are_sought_as_in_a_search_box_also_in_what_a_child_said(
    session: Session, case: Case, written: dict[str, UUID], words: str, first: set[str]
) -> None:
    assert found(session, case, words=words) == first


def test_somebody_who_came_back_is_one_person_in_the_filter(
    session: Session, case: Case, written: dict[str, UUID]
) -> None:
    child = case.members[2]
    left = {"id": child.id, "family": case.id, "person": child.person_id}
    session.execute(
        text(
            "UPDATE member SET ended_on = london_today(), end_reason = 'moved_out' WHERE id = :id"
        ),
        left,
    )
    again = text(
        "INSERT INTO member (family_id, person_id, role) VALUES (:family, :person, 'child')"
        " RETURNING id, uid"
    )
    new = session.execute(again, left).one()
    services.record_entry(
        session, family_id=case.id, kind="visit", text="Back", member_ids=[new.id]
    )
    for place in (child.uid, new.uid):
        assert found(session, case, member=place) == {"Sleeping", "Quiet", "Back"}
    assert len(queries.people_of(session, [case.id])) == len(case.members)


def test_the_page_shows_what_is_applied_and_how_to_take_it_off(
    page: PageClient, session: Session, case: Case, written: dict[str, UUID]
) -> None:
    session.commit()
    path = f"/families/{case.reference}/chronology"
    child = case.members[2]
    assert "<details" in page.get(path).text and "Showing only" not in page.get(path).text
    shown = page.get(f"{path}?kind=note&member={child.uid}&words=rabbit").text
    for words in ("Kind: Note", f"About: {child.name}", "Words: rabbit", "Show everything"):
        assert words in shown
    assert f"{path}?words=rabbit&amp;member={child.uid}" in shown
    assert "Rabbits" in shown and "Hidden" not in shown and "Rang about rent" not in shown
    assert "Nothing here is like that" in page.get(f"{path}?words=zebra").text
    page.sign_in(case.specialist.staff_id)
    seen = page.get(f"{path}?words=rabbits").text
    assert "Quiet" in seen and "Hidden rabbits" not in seen


def test_pages_keep_the_filter(page: PageClient, session: Session, case: Case) -> None:
    for number in range(45):
        kind = "note" if number % 2 else "visit"
        services.record_entry(session, family_id=case.id, kind=kind, text=f"No {number}.")
    session.commit()
    shown = page.get(f"/families/{case.reference}/chronology?kind=note").text
    assert shown.count("<article") == 20
    older = queries.chronology(session, [case.id], sought=Sought(kind="note")).older
    link = f"/families/{case.reference}/chronology?before={older}&amp;kind=note"
    assert link in shown
    last = page.get(link.replace("&amp;", "&")).text
    assert last.count("<article") == 2 and "No 1." in last and "No 3." in last


@pytest.mark.parametrize(
    "query",
    [
        "kind=exorcism",
        "member=nonsense",
        "member=219db882-7165-49a0-839f-f502893b9a2b",
        "domain='%20--",
        "source=x",
        "words=" + "x" * 200,
        "words=nul%00",
        "significant=perhaps&before=x&reference=KW-0001&uid=1&_anchor=x",
    ],
)
def test_nonsense_in_the_address_is_no_accident(page: PageClient, case: Case, query: str) -> None:
    assert page.get(f"/families/{case.reference}/chronology?{query}").status_code == 200


def test_marking_goes_back_to_where_it_was_found(
    page: PageClient, session: Session, case: Case, written: dict[str, UUID]
) -> None:
    session.commit()
    path = f"/families/{case.reference}/chronology"
    mark = f"{path}/{written['Quiet']}"
    answer = page.post(f"{mark}/significant?kind=note&reference=x", data={})
    assert answer.location == f"{path}?kind=note#entry-{written['Quiet']}"
    assert ">Significant</strong>" in page.get(path).text.replace("\n", "").replace("  ", "")
    page.sign_in(case.specialist.staff_id)
    assert page.post(f"{mark}/not-significant", data={}).status_code == 303
    assert "Not significant after all" not in page.get(path).text
    for uid in (written["Hidden"], uuid4()):
        assert page.post(f"{path}/{uid}/significant", data={}).status_code == 404
    page.sign_in(case.outsider.staff_id)
    assert page.post(f"{mark}/significant", data={}).status_code == 404


def test_the_mark_of_a_protected_entry_is_as_protected_as_the_entry(
    session: Session, case: Case, written: dict[str, UUID]
) -> None:
    family = queries.family(session, case.reference)
    services.mark_significant(session, family, written["Hidden"])
    count = text("SELECT count(*) FROM significant_entry")
    assert session.scalar(count) == 1
    set_viewer(session, case.specialist.viewer)
    assert session.scalar(count) == 0
    session.execute(text("DELETE FROM significant_entry"))
    forged = text(
        "INSERT INTO significant_entry (entry_id, family_id, author)"
        " SELECT id, family_id, 'staff:0' FROM entry WHERE text = 'Quiet'"
    )
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(forged)
    set_viewer(session, case.key_worker.viewer)
    assert session.scalar(count) == 1


def test_a_correction_carries_everything_but_the_words(session: Session, case: Case) -> None:
    child = case.members[2].id
    services.record_entry(
        session,
        family_id=case.id,
        kind="visit",
        text="Wrong",
        seen=[child],
        seen_alone=[child],
        voices={child: "I said this"},
        domains=["housing"],
        next_on=clock.today() + timedelta(days=7),
    )
    [old] = (e for e in queries.chronology(session, [case.id]).entries if e.text == "Wrong")
    services.mark_significant(session, queries.family(session, case.reference), old.uid)
    services.correct_entry(
        session,
        case.key_worker,
        queries.family(session, case.reference),
        old.uid,
        text="Right",
        reason="A slip",
    )
    new, old = queries.chronology(session, [case.id]).entries[:2]
    assert (new.text, new.corrects, old.corrected_by) == ("Right", old.uid, new.uid)
    for fact in ("subjects", "domains", "next_on", "significant", "minutes", "source"):
        assert getattr(new, fact) == getattr(old, fact), fact
    assert new.subjects[0].voice == "I said this" and new.significant


def test_twenty_members_and_two_thousand_entries_take_as_many_statements_as_a_few(
    page: PageClient, session: Session, case: Case, statements: Callable[[str], int]
) -> None:
    services.record_entry(
        session, family_id=case.id, kind="visit", text="x", seen=[case.members[0].id]
    )
    session.commit()
    home = f"/families/{case.reference}"
    paths = (home, f"{home}/chronology", f"{home}/chronology?words=entry&kind=visit")
    few = [statements(path) for path in paths]
    for statement in (PERSONS, MEMBERS, ENTRIES, SUBJECTS):
        session.execute(statement, {"family": case.id, "author": case.key_worker.viewer})
    session.commit()
    assert [statements(path) for path in paths] == few
