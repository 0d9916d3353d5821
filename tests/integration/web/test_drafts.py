"""Forms that are kept while they are filled in: for their author alone, until they are sent."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from keywork.families import queries
from keywork.kernel import drafts
from keywork.kernel.viewer import PUBLIC, set_viewer, system_task
from tests.conftest import PageClient
from tests.factories.accounts import PASSWORD
from tests.factories.families import Case, a_case
from tests.factories.visits import visit_form

HALF = "He had begun to say that"


@pytest.fixture
def case(session: Session) -> Case:
    """A family with its team."""
    return a_case(session)


@pytest.fixture
def page(client: PageClient, session: Session, case: Case) -> PageClient:
    """A browser in which the key worker is signed in."""
    session.commit()
    return client.sign_in(case.key_worker.staff_id)


def address(case: Case) -> str:
    """Of the page with the long form."""
    return f"/families/{case.reference}/visits/new"


def save(page: PageClient, case: Case, **changed: Any) -> TestResponse:
    """Do what the script does while somebody types."""
    form = visit_form(case, **({"minutes": "", "text": HALF} | changed))
    return page.post(
        "/drafts",
        query_string={"page": address(case)},
        data=form | {"csrf_token": "x", "password": "x"},
        headers={"Accept": "application/json"},
    )


def kept(session: Session) -> list[Any]:
    """What is kept for whoever the session reads for."""
    return list(session.scalars(text("SELECT content FROM form_draft")))


def test_what_was_typed_comes_back_with_when_it_was_begun(
    page: PageClient, session: Session, case: Case
) -> None:
    assert "You began this" not in page.get(address(case)).text
    answer = save(page, case, seen_alone=[case.members[2].id])
    assert answer.json and answer.json["saved"].endswith(("am", "pm", "midday", "midnight"))
    shown = page.get(address(case)).text
    assert HALF in shown and "You began this on" in shown and "There is a problem" not in shown
    assert shown.count("checked") >= 5
    set_viewer(session, case.key_worker.viewer)
    [content] = kept(session)
    assert content["text"] == [HALF] and not {"csrf_token", "password"} & set(content)


def test_starting_again_forgets_it(page: PageClient, case: Case) -> None:
    save(page, case)
    begun = page.post("/drafts/discard", query_string={"page": address(case)})
    assert (begun.status_code, begun.location) == (303, address(case))
    assert HALF not in page.get(address(case)).text


def test_without_scripts_a_button_keeps_it_and_says_so(page: PageClient, case: Case) -> None:
    sent = page.post("/drafts", query_string={"page": address(case)}, data=visit_form(case))
    assert (sent.status_code, sent.location) == (303, address(case))
    shown = page.get(address(case)).text
    assert "Saved. Come back to this page" in shown and "We talked about sleep." in shown


def test_once_sent_there_is_no_draft_even_if_the_page_saves_it_again(
    page: PageClient, session: Session, case: Case
) -> None:
    form = visit_form(case)
    save(page, case, submission=form["submission"])
    refused = page.post(address(case), data=form | {"minutes": "0"})
    assert refused.status_code == 200
    assert "You began this" in page.get(address(case)).text, "a refused form is no sent one"
    assert page.post(address(case), data=form).status_code == 303
    set_viewer(session, case.key_worker.viewer)
    assert kept(session) == []
    assert save(page, case, submission=form["submission"]).status_code == 200
    assert HALF not in page.get(address(case)).text
    assert save(page, case).status_code == 200
    assert HALF in page.get(address(case)).text, "the next visit may be begun"


def test_a_draft_is_its_author_s_alone(page: PageClient, session: Session, case: Case) -> None:
    save(page, case)
    assert HALF not in page.sign_in(case.specialist.staff_id).get(address(case)).text
    for viewer in (case.specialist.viewer, case.manager.viewer, PUBLIC):
        set_viewer(session, viewer)
        assert kept(session) == []
    insert = text("INSERT INTO form_draft (viewer, path, content) VALUES (:v, '/x', '{}')")
    for reader, name in ((case.specialist.viewer, case.manager.viewer), (PUBLIC, PUBLIC)):
        set_viewer(session, reader)
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(insert, {"v": name})


def test_a_lost_session_loses_nothing_that_was_saved(
    page: PageClient, session: Session, case: Case
) -> None:
    save(page, case)
    with page.session_transaction() as cookie:
        cookie.clear()
    assert save(page, case, text="later words").status_code == 303
    lost = page.post(address(case), data=visit_form(case))
    assert lost.location == f"/sign-in?next={address(case)}"
    who = {"email": case.key_worker.email, "password": PASSWORD}
    back = page.post(lost.location, data=who)
    assert back.location == address(case)
    assert HALF in page.get(back.location).text
    set_viewer(session, case.key_worker.viewer)
    kinds = [entry.kind for entry in queries.chronology(session, [case.id]).entries]
    assert "visit" not in kinds


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "x",
        "//elsewhere.test/",
        "https://elsewhere.test/",
        "/nowhere",
        "/alerts/x\x00",
        "/" * 400,
    ],
)
def test_only_pages_of_ours_with_a_form_keep_drafts(page: PageClient, wrong: str) -> None:
    for path in ("/drafts", "/drafts/discard"):
        assert page.post(path, query_string={"page": wrong}, data={}).status_code == 404
    for closed in ("/drafts", "/health"):
        assert page.post("/drafts", query_string={"page": closed}, data={}).status_code == 404


def test_anything_posted_is_kept_or_refused(page: PageClient, session: Session, case: Case) -> None:
    where = {"page": address(case)}
    many = {f"field{number}": "x" for number in range(2000)}
    for too_much in ({"text": "x" * 150_000}, many):
        assert page.post("/drafts", query_string=where, data=too_much).status_code == 413
    odd = {"text": "nul\x00 \ud83d\ude00 שלום".encode("utf-16", "surrogatepass").decode("utf-16")}
    odd |= {"minutes": "x" * 5000, "submission": "-" * 36, "who": "nonsense", "kind": "' OR 1=1"}
    assert page.post("/drafts", query_string=where, data=odd).status_code == 303
    assert page.get(address(case)).status_code == 200


def test_old_drafts_are_swept_by_night_and_no_others(session: Session, case: Case) -> None:
    for path, age in (("/old", timedelta(days=31)), ("/new", timedelta(days=29))):
        drafts.save(session, path, {"submission": [str(uuid4())]})
        old = text("UPDATE form_draft SET saved_at = now() - :age WHERE path = :path")
        session.execute(old, {"age": age, "path": path})
    drafts.sweep(session, timedelta(days=40))
    set_viewer(session, system_task("families"))
    drafts.sweep(session, timedelta(days=30))
    set_viewer(session, case.key_worker.viewer)
    assert list(session.scalars(text("SELECT path FROM form_draft"))) == ["/new"]


def test_whoever_signs_in_next_in_the_same_browser_sends_and_keeps_nothing_of_it(
    page: PageClient, session: Session, case: Case
) -> None:
    begun = {"begun_by": case.key_worker.viewer}
    assert save(page, case, **begun).status_code == 200
    page.sign_in(case.specialist.staff_id)
    assert save(page, case, **begun).status_code == 409
    shown = page.post(address(case), data=visit_form(case, text=HALF) | begun)
    assert "Somebody else has signed in in this browser" in shown.text
    assert HALF in shown.text
    set_viewer(session, case.specialist.viewer)
    assert kept(session) == []
    assert session.scalar(text("SELECT count(*) FROM entry WHERE kind = 'visit'")) == 0
