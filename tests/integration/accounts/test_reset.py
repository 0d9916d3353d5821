"""A new password by e-mail."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts import services
from keywork.accounts.policy import Actor
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.accounts import PASSWORD, a_hub, a_member_of_staff, as_accounts

NEW = "thimble-orchard-kite"
TOO_OLD = "This link has been used or is too old. Ask for another"


@pytest.fixture
def worker(session: Session) -> Actor:
    """Who has forgotten a password."""
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    return worker


def mailed(session: Session) -> str:
    """The token of the last letter, as the worker makes it."""
    with as_accounts(session):
        asked = session.scalars(text("SELECT max(id) FROM password_reset")).one()
        letter = services.take_for_email(session, asked)
    session.commit()
    assert letter
    return letter.token


def choose(client: PageClient, token: str, password: str = NEW) -> str:
    """Follow the link and choose a password."""
    assert client.get(f"/sign-in/reset?token={token}").location == "/sign-in/reset"
    return client.post(
        "/sign-in/reset", data={"new_password": password}, follow_redirects=True
    ).text


def test_whoever_has_the_letter_chooses_a_password_once(
    session: Session, client: PageClient, worker: Actor
) -> None:
    other = client.application.test_client()
    other.post("/sign-in", data={"email": worker.email, "password": PASSWORD})
    asked = client.post("/sign-in/forgotten", data={"email": worker.email.upper()})
    assert asked.location == "/sign-in/forgotten/sent"
    token = mailed(session)
    assert "easy to guess" in choose(client, token, "keyworkkeywork")
    assert "Your password is changed" in choose(client, token)
    assert other.get("/alerts").status_code == 303, "every sign-in has ended"
    assert client.get("/alerts").status_code == 303, "the letter signs nobody in"
    assert TOO_OLD in choose(client, token, "another-thimble-kite")
    old = client.post("/sign-in", data={"email": worker.email, "password": PASSWORD})
    assert old.status_code == 200
    assert client.post("/sign-in", data={"email": worker.email, "password": NEW}).location == "/"


def test_an_address_that_nobody_has_is_answered_the_same_and_leaves_the_same(
    session: Session, client: PageClient, worker: Actor
) -> None:
    answers = []
    for email in (worker.email, "nobody@example.test"):
        answer = client.post("/sign-in/forgotten", data={"email": email})
        answers.append((answer.status_code, answer.location, client.get(answer.location).text))
    assert answers[0] == answers[1]
    with as_accounts(session):
        left = session.execute(text("SELECT staff_id FROM password_reset ORDER BY id")).scalars()
        assert list(left) == [worker.staff_id, None]
        tasks = text("SELECT count(*) FROM outbox WHERE task = 'accounts.email_reset'")
        assert session.scalars(tasks).one() == 2
        asked = session.scalars(text("SELECT max(id) FROM password_reset")).one()
        assert services.take_for_email(session, asked) is None


def test_a_link_lasts_half_an_hour_and_a_leaver_has_none(
    session: Session, client: PageClient, worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/sign-in/forgotten", data={"email": worker.email})
    token = mailed(session)
    later = clock.now() + timedelta(minutes=31)
    with monkeypatch.context() as moved:
        moved.setattr(clock, "now", lambda: later)
        assert TOO_OLD in choose(client, token)
    assert TOO_OLD in choose(client, "made up")
    with as_accounts(session):
        session.execute(
            text("UPDATE staff SET active = false WHERE id = :id"), {"id": worker.staff_id}
        )
    session.commit()
    assert TOO_OLD in choose(client, token)


def test_somebody_new_chooses_their_first_password_within_three_days(
    session: Session, client: PageClient, worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_viewer(session, worker.viewer)
    services.invite(session, worker.staff_id)
    token = mailed(session)
    later = clock.now() + timedelta(hours=71)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Your password is changed" in choose(client, token)
