"""What was typed when a sign-in ran out is there again after the next, for that person alone."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.conftest import PageClient
from tests.factories import families
from tests.factories.accounts import PASSWORD, as_accounts
from tests.factories.families import Case

WORDS = "He sleeps <through> most nights & eats well"


@pytest.fixture
def case(session: Session) -> Case:
    """A family, whose key worker is signed in and has gone away from the screen."""
    return families.a_case(session)


def run_out(session: Session, minutes: int = 31) -> None:
    """Let every sign-in run out."""
    gone = text("UPDATE staff_session SET last_seen_at = now() - :gone")
    with as_accounts(session):
        session.execute(gone, {"gone": timedelta(minutes=minutes)})
    session.commit()


def address(case: Case) -> str:
    """A form that keeps no draft of itself."""
    return f"/families/{case.reference}/safe-contact"


def send(client: PageClient, case: Case, key: str) -> TestResponse:
    """Send the form with words in it."""
    sent = {
        "submission": key,
        "begun_by": case.key_worker.viewer,
        "advice": WORDS,
        "password": "a secret",
    }
    return client.post(address(case), data=sent)


def sign_in(client: PageClient, at: str | None, email: str) -> str:
    """Sign in by the page that was led to; where that leads."""
    answer = client.post(at or "", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return answer.location or ""


def test_a_form_sent_too_late_is_shown_again_as_it_was(
    session: Session, client: PageClient, case: Case
) -> None:
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    run_out(session)
    key = str(uuid4())
    led = send(client, case, key).location
    assert "Your work is kept. Sign in again to go on." in client.get(led).text
    kept = sign_in(client, led, case.key_worker.email)
    page = client.get(kept).text
    assert "Your work was kept" in page
    assert "There is a problem" not in page
    assert WORDS.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in page
    assert f'value="{key}"' in page
    assert f'action="{address(case)}"' in page
    assert "a secret" not in page
    with as_accounts(session):
        assert session.scalars(text("SELECT count(*) FROM submission")).one() == 0
    assert WORDS not in client.get(address(case)).text


def test_somebody_else_at_that_browser_finds_nothing_of_it(
    session: Session, client: PageClient, case: Case
) -> None:
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    run_out(session)
    led = send(client, case, str(uuid4())).location
    kept = sign_in(client, led, case.specialist.email)
    assert client.get(kept).location == "/"
    for path in ("/alerts", address(case)):
        assert "sleeps" not in client.get(path).text


def test_nothing_is_kept_of_what_another_was_shown_or_a_script_sends(
    session: Session, client: PageClient, case: Case
) -> None:
    session.commit()
    client.sign_in(case.specialist.staff_id)
    run_out(session)
    send(client, case, str(uuid4()))
    form = {"submission": str(uuid4()), "begun_by": case.specialist.viewer, "advice": WORDS}
    client.post(address(case), data=form, headers={"Sec-Fetch-Mode": "cors"})
    client.delete_cookie("keywork")
    send(client, case, str(uuid4()))
    for who in (case.specialist, case.key_worker):
        session.execute(text("SELECT set_config('keywork.viewer', :v, true)"), {"v": who.viewer})
        assert session.execute(text("SELECT 1 FROM kept_form")).all() == []


def test_a_page_asked_for_too_late_is_led_back_to(
    session: Session, client: PageClient, case: Case
) -> None:
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    run_out(session)
    led = client.get(address(case)).location
    assert sign_in(client, led, case.key_worker.email) == address(case)


def test_a_draft_saved_by_its_button_too_late_comes_back_in_its_own_page(
    session: Session, client: PageClient, case: Case
) -> None:
    session.commit()
    page = f"/families/{case.reference}/visits/new"
    client.sign_in(case.key_worker.staff_id)
    run_out(session)
    sent = {"submission": str(uuid4()), "begun_by": case.key_worker.viewer, "text": WORDS}
    led = client.post(f"/drafts?page={page}", data=sent).location
    kept = sign_in(client, led, case.key_worker.email)
    shown = client.get(kept).text
    assert "through" in shown
    assert re.search(f'action="{page}"', shown)
