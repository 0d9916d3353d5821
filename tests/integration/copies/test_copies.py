"""Making copies: what is printed for whom, who may fetch it, and what the record says of it."""

from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.copies import queries, services
from keywork.copies.policy import PARTS, Asked, fingerprint
from keywork.copies.services import Giving
from keywork.families import queries as families
from keywork.families.queries import MemberView
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.files import path_of
from keywork.kernel.viewer import copying_for, set_viewer
from tests.conftest import PageClient
from tests.factories import copies
from tests.factories.copies import Story, say

ALL = Asked(list(PARTS), clock.today() - timedelta(days=7), clock.today())
GIVEN = Giving("in_person", "own_copy", "public_task")
CHECK = "/families/{}/people/{}/copy/check?parts=plan&parts=facts&parts=chronology" + "".join(
    f"&{name}-{part}={getattr(day, part)}"
    for name, day in (("since", ALL.since), ("until", ALL.until))
    for part in ("day", "month", "year")
)


def made(session: Session, story: Story, member: MemberView, asked: Asked = ALL) -> str:
    """A copy of all that may reach the member; its reference."""
    family = families.family(session, story.reference)
    items = queries.content(session, family, member, asked)
    return services.make_copy(
        session,
        story.case.key_worker,
        family,
        member,
        asked,
        keys=[item.key for item in items],
        giving=GIVEN,
        version=fingerprint(items),
    )


def read(session: Session, reference: str) -> str:
    """All that is printed in it."""
    found = session.execute(
        text("SELECT stored_name FROM copy WHERE reference = :r"), {"r": reference}
    ).scalar_one()
    document = PdfReader(BytesIO(path_of(queries.FOLDER, found).read_bytes()))
    pages = (" ".join(page.extract_text().split()) for page in document.pages)
    return " ".join(pages).replace("\u200b", "")


@pytest.fixture(autouse=True)
def files(bare_app: Any) -> None:
    """Somewhere to keep files."""


def test_each_is_given_a_copy_of_their_own(session: Session, story: Story) -> None:
    hers, his = (
        read(session, made(session, story, member)) for member in (story.mother, story.father)
    )
    for secret in (copies.SECRET, copies.NEED, copies.HER_GOAL, copies.ALARM, "Hidden Lane"):
        assert secret in hers
        assert secret not in his
    for others in (copies.HERS, copies.CHILDS, "Leah", "Ava", "Noah", "NB9"):
        assert others not in his
    for own in (copies.HIS, copies.HIS_NEED, "NB1 2AB", "Tom Marsh"):
        assert own in his
    for nobodys in (copies.HIDDEN, copies.HEARD, copies.BOTH, copies.VOICE, "before 3pm"):
        assert nobodys not in hers + his
    assert copies.HIS not in hers and copies.HIS_NEED not in hers


def test_what_a_child_said_reaches_whom_it_was_meant_for(session: Session, story: Story) -> None:
    say(session, story.case, "Ava told us", "Leah", "Ava", given_to=("Leah",), voice="I was scared")
    assert "I was scared" in read(session, made(session, story, story.mother))
    assert copies.VOICE in read(session, made(session, story, story.ava))


def test_what_there_is_none_of_leaves_no_heading_and_no_count(
    session: Session, story: Story
) -> None:
    printed = read(session, made(session, story, story.noah))
    assert "What happened" not in printed and "Your plan" not in printed
    assert " 0 " not in printed and "Page 1 of 1" in printed
    family = families.family(session, story.reference)
    assert queries.content(session, family, story.noah, Asked(["plan"], ALL.since, ALL.until)) == []


def test_a_copy_with_something_protected_is_protected(
    session: Session, story: Story, client: PageClient
) -> None:
    hers, his = (made(session, story, member) for member in (story.mother, story.father))
    family = families.family(session, story.reference)
    assert {c.reference: c.protected for c in queries.copies(session, family)} == {
        hers: True,
        his: False,
    }
    set_viewer(session, story.case.specialist.viewer)
    assert [c.reference for c in queries.copies(session, family)] == [his]
    assert hers not in "".join(session.scalars(text("SELECT what FROM disclosure")))
    set_viewer(session, story.case.manager.viewer)
    uids = {c.reference: c.uid for c in queries.copies(session, family)}
    session.commit()
    for actor, status in (
        (story.case.key_worker, 200),
        (story.case.manager, 200),
        (story.case.specialist, 404),
        (story.case.outsider, 404),
    ):
        client.sign_in(actor.staff_id)
        with client.get(f"/copies/{uids[hers]}") as answer:
            assert answer.status_code == status
    client.sign_in(story.case.key_worker.staff_id)
    with client.get(f"/copies/{uids[hers]}") as answer:
        assert answer.headers["Content-Disposition"] == f"attachment; filename={hers}.pdf"
    shared = client.get(f"/families/{story.reference}/sharing").text
    assert f"copy {hers}: their plan, what is recorded about them, what happened from" in shared
    acts = "SELECT count(*) FROM audit_event WHERE act = :act AND subject = :reference"
    counts = [
        session.scalar(text(acts), {"act": act, "reference": hers})
        for act in ("copy.made", "copy.read")
    ]
    assert counts == [1, 3]


def test_what_is_left_out_is_not_printed(session: Session, story: Story) -> None:
    family = families.family(session, story.reference)
    asked = Asked(["plan"], ALL.since, ALL.until)
    items = queries.content(session, family, story.mother, asked)
    need, goal, action = (
        next(item for item in items if item.kind == kind) for kind in ("need", "goal", "action")
    )
    give = {"keys": [need.key, action.key], "giving": GIVEN, "version": fingerprint(items)}
    worker = story.case.key_worker
    printed = read(
        session, services.make_copy(session, worker, family, story.mother, asked, **give)
    )
    assert copies.NEED in printed
    for left_out in (copies.HER_GOAL, copies.ALARM, worker.email):
        assert left_out not in printed
    for changed in ({"version": "4000"}, {"version": ""}, {"keys": []}, {"keys": [action.key]}):
        refused = Stale if "version" in changed else Refusal
        with pytest.raises(refused):
            services.make_copy(session, worker, family, story.mother, asked, **give | changed)
    assert goal.text == "2 out of 10 at the start, 2 now."


def test_others_in_the_team_are_named_only_if_somebody_says_so(
    session: Session, story: Story
) -> None:
    family = families.family(session, story.reference)
    items = queries.content(session, family, story.father, ALL)
    team = {item.title: item.suggested for item in items if item.kind == "team"}
    assert team == {story.case.key_worker.name: True, story.case.specialist.name: False}


def test_a_stranger_to_the_family_is_given_nothing(session: Session, story: Story) -> None:
    with pytest.raises(NotVisible):
        queries.copy_file(session, story.goal)


def test_the_page_shows_what_would_be_in_it_and_its_choices(
    session: Session, story: Story, client: PageClient
) -> None:
    session.commit()
    client.sign_in(story.case.key_worker.staff_id)
    person = f"/families/{story.reference}/people/{story.father.uid}"
    assert f"{person}/copy" in client.get(person).text
    assert "Read every word" not in client.get(f"{person}/copy").text
    assert "Choose from the options" in client.get(f"{person}/copy/check?parts=everything").text
    page = unescape(client.get(CHECK.format(story.reference, story.father.uid)).text)
    assert copies.HIS in page and copies.HIS_NEED in page
    assert copies.HERS not in page and "Hidden Lane" not in page


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_copy_is_never_more_than_both_the_reader_and_the_person_may_have(
    session: Session, story: Story, data: st.DataObject
) -> None:
    """Whatever is written about whom, protected for whom: by plain SQL, row by row."""
    names = ("Leah", "Tom", "Ava", "Noah")
    some = st.lists(st.sampled_from(names), unique=True)
    point = session.begin_nested()
    for number in range(data.draw(st.integers(1, 4))):
        about, given_to = data.draw(some), data.draw(st.none() | some)
        source = data.draw(st.sampled_from(["own_observation", "family", "partner"]))
        say(
            session,
            story.case,
            f"entry {number}",
            *about,
            given_to=None if given_to is None else tuple(given_to),
            source=source,
        )
    reader = data.draw(st.sampled_from(["key_worker", "specialist", "manager", "outsider"]))
    person = data.draw(st.sampled_from(["mother", "father", "ava", "noah"]))
    set_viewer(session, getattr(story.case, reader).viewer)
    member = getattr(story, person)
    allowed = {uid for uid, *row in _rows(session) if _may_reach(story, member, *row)}
    with copying_for(session, member.person_id):
        assert {uid for uid, *_ in _rows(session)} == allowed
    point.rollback()
    set_viewer(session, story.case.key_worker.viewer)


ROWS = text("""
    SELECT e.id, e.kind, e.visibility, e.source, e.readers,
      array(SELECT member_id FROM entry_subject s WHERE s.entry_id = e.id) FROM entry e""")


def _rows(session: Session) -> list[Any]:
    return list(session.execute(ROWS))


def _may_reach(
    story: Story,
    member: MemberView,
    kind: str,
    visibility: str,
    source: str,
    readers: list[str],
    about: list[int],
) -> bool:
    """The rule in Python, for this family: only the mother has children of hers under 12 in it."""
    if kind in {"disclosure", "handoff", "safe_contact", "same_person"}:
        return False
    if visibility == "protected":
        return f"member:{member.id}" in readers
    theirs = {member.id}
    if member == story.mother:
        theirs |= {story.ava.id, story.noah.id}
    return source in {"own_observation", "system"} and bool(about) and set(about) <= theirs
