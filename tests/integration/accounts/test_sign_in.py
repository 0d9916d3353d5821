"""Signing in, and what an unknown visitor is told."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts import services
from keywork.kernel.viewer import PUBLIC, set_viewer
from tests.conftest import PageClient
from tests.factories.accounts import PASSWORD, a_hub, a_member_of_staff, as_accounts
from tests.factories.auditing import audited

SENTENCE = "That email address and password do not match an account"


def test_the_right_password_leads_to_the_page_that_was_asked_for(
    session: Session, client: PageClient
) -> None:
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    asked = client.get("/alerts")
    assert asked.location == "/sign-in?next=/alerts"
    answer = client.post(asked.location, data={"email": worker.email, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/alerts")
    assert worker.name in client.get("/alerts").text


@pytest.mark.parametrize("email", ["person", "nobody@example.test", "o'neill--1=1@example.test"])
def test_a_wrong_pair_gets_one_sentence_whatever_was_wrong(
    session: Session, client: PageClient, email: str
) -> None:
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    tried = worker.email if email == "person" else email
    answer = client.post("/sign-in", data={"email": tried, "password": "wrong"})
    assert answer.status_code == 200
    assert SENTENCE in answer.text


@pytest.mark.parametrize(
    "wanted",
    [
        "//elsewhere.test",
        "https://elsewhere.test/",
        "/\\elsewhere.test",
        "javascript:x",
        "/\r\nX: y",
        "//[",
    ],
)
def test_signing_in_never_leads_away_from_here(
    session: Session, client: PageClient, wanted: str
) -> None:
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    answer = client.post(
        "/sign-in",
        query_string={"next": wanted},
        data={"email": worker.email, "password": PASSWORD},
    )
    assert answer.location == "/"


def test_a_leaver_is_signed_out_at_the_next_request(session: Session, client: PageClient) -> None:
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    client.sign_in(worker.staff_id)
    assert client.get("/alerts").status_code == 200
    with as_accounts(session):
        leave = text("UPDATE staff SET active = false WHERE id = :id")
        session.execute(leave, {"id": worker.staff_id})
    session.commit()
    assert client.get("/alerts").location == "/sign-in?next=/alerts"


def test_ending_every_session_of_a_person_ends_this_one(
    session: Session, client: PageClient
) -> None:
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    client.sign_in(worker.staff_id)
    set_viewer(session, worker.viewer)
    services.end_sessions(session, worker.staff_id)
    session.commit()
    assert client.get("/alerts").location == "/sign-in?next=/alerts"


def test_signing_in_is_audited_without_a_name(session: Session, client: PageClient) -> None:
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    client.post("/sign-in", data={"email": worker.email, "password": PASSWORD})
    client.post("/sign-out")
    client.post("/sign-in", data={"email": worker.email, "password": "wrong"})
    client.post("/sign-in", data={"email": "nobody@example.test", "password": "wrong"})
    set_viewer(session, worker.viewer)
    assert [event[:3] for event in audited(session, "staff.%")] == [
        (worker.viewer, "staff.sign_in", worker.viewer),
        (worker.viewer, "staff.session_ended", worker.viewer),
        (PUBLIC, "staff.sign_in_failed", worker.viewer),
        (PUBLIC, "staff.sign_in_failed", "unknown"),
    ]
