"""How often somebody may try, and that nobody learns or locks anything by trying."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config.settings import settings
from keywork.accounts.policy import Actor
from keywork.accounts.policy.sign_in import rules
from keywork.accounts.services import passwords
from tests.conftest import PageClient
from tests.factories.accounts import PASSWORD, a_hub, a_member_of_staff, as_accounts, with_app

HOME, ELSEWHERE = "192.0.2.10", "198.51.100.7"
SENTENCE = "That email address and password do not match an account"


@pytest.fixture
def worker(session: Session) -> Actor:
    """Whose account is tried."""
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    return worker


@pytest.fixture(autouse=True)
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords compared, each as slowly as the last but not in these tests."""
    seen: list[str] = []

    def matches(_kept: str, given: str) -> bool:
        seen.append(given)
        return given == PASSWORD

    monkeypatch.setattr(passwords, "_matches", matches)
    return seen


def give(client: Any, email: str, password: str, network: str) -> TestResponse:
    """Try to sign in from somewhere."""
    sent = {"email": email, "password": password}
    where = {"REMOTE_ADDR": network}
    answer: TestResponse = client.post("/sign-in", data=sent, environ_overrides=where)
    return answer


def shown(answer: TestResponse, email: str) -> str:
    """The page without what differs each time."""
    lines = answer.text.replace(email, "").splitlines()
    hidden = ("csrf_token", "submission", "Reference:")
    return "\n".join(line for line in lines if not any(word in line for word in hidden))


def test_unknown_leaver_and_wrong_password_are_told_apart_by_nothing(
    session: Session, client: PageClient, worker: Actor, compared: list[str]
) -> None:
    leaver = a_member_of_staff(session, "key_worker", a_hub(session))
    with as_accounts(session):
        session.execute(
            text("UPDATE staff SET active = false WHERE id = :id"), {"id": leaver.staff_id}
        )
    session.commit()
    tried = {
        worker.email: "wrong password 1",
        leaver.email: PASSWORD,
        "nobody@example.test": "wrong password 2",
    }
    pages = []
    for email, password in tried.items():
        answers = [give(client, email, password, ELSEWHERE) for _ in range(12)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
        assert SENTENCE in answers[0].text
        assert int(answers[-1].headers["Retry-After"]) > 0
        pages.append((shown(answers[0], email), shown(answers[-1], email)))
    assert pages[0] == pages[1] == pages[2]
    assert len(compared) == 30, "one hash for each try, whoever it was"


def test_a_stranger_who_tries_passwords_locks_nobody_out(client: PageClient, worker: Actor) -> None:
    for _ in range(12):
        stranger = client.application.test_client()
        last = give(stranger, worker.email, "guessed", ELSEWHERE)
    assert last.status_code == 429
    assert give(client, worker.email, PASSWORD, HOME).status_code == 303


def test_a_browser_that_was_theirs_before_has_tries_of_its_own(
    client: PageClient, worker: Actor
) -> None:
    assert give(client, worker.email, PASSWORD, HOME).status_code == 303
    client.post("/sign-out")
    for _ in range(11):
        stranger = client.application.test_client()
        last = give(stranger, worker.email, "guessed", HOME)
    assert last.status_code == 429, "a stranger in the same network has used up its tries"
    assert give(client, worker.email, PASSWORD, HOME).status_code == 303
    client.post("/sign-out")
    tried = [give(client, worker.email, "mistyped", HOME).status_code for _ in range(11)]
    assert tried == [200] * 10 + [429]


def test_the_right_password_gives_the_tries_back(client: PageClient, worker: Actor) -> None:
    for _ in range(3):
        for _ in range(9):
            assert give(client, worker.email, "mistyped", ELSEWHERE).status_code == 200
        assert give(client, worker.email, PASSWORD, ELSEWHERE).status_code == 303
        client.post("/sign-out")
        client.delete_cookie("keywork-known")


def test_codes_cannot_be_guessed(session: Session, client: PageClient) -> None:
    worker = a_member_of_staff(session, "key_worker", a_hub(session), waived=False)
    with_app(session, worker.staff_id)
    session.commit()
    step = give(client, worker.email, PASSWORD, HOME).location or ""
    tried = [client.post(step, data={"code": "000000"}).status_code for _ in range(6)]
    assert tried == [200] * 5 + [429]


def test_without_redis_nobody_signs_in_and_whoever_is_in_goes_on(
    client: PageClient, worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = type(settings().redis_url)("redis://127.0.0.1:1/0")
    monkeypatch.setattr(settings(), "redis_url", away)
    answer = give(client, worker.email, PASSWORD, HOME)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Signing in is not possible just now" in answer.text
    forgotten = client.post("/sign-in/forgotten", data={"email": worker.email})
    assert forgotten.status_code == 503
    client.sign_in(worker.staff_id)
    assert client.get("/alerts").status_code == 200
    assert client.post("/alerts", data={"newest": ""}).status_code == 200


def test_one_sign_in_writes_no_more_than_a_person_could(
    client: PageClient, worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "request_limits_times", 1)
    monkeypatch.setitem(rules().requests, "writes", "3 per 1 minute")
    client.sign_in(worker.staff_id)
    tried = [client.post("/drafts/discard?page=/nowhere").status_code for _ in range(4)]
    assert tried == [404] * 3 + [429]
    assert client.get("/alerts").status_code == 200
