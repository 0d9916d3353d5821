"""The forms of one's account, whatever is sent to them."""

import re
from typing import Any
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts import services
from keywork.accounts.policy import Actor
from tests.conftest import PageClient
from tests.factories.accounts import PASSWORD, a_hub, a_member_of_staff, as_accounts, with_app

FORMS = {
    "/account/password": ("password", "new_password"),
    "/account/second-factor": ("password", "code"),
    "/account/recovery-codes": ("password",),
}
PUBLIC_FORMS = {"/sign-in": ("email", "password"), "/sign-in/forgotten": ("email",)}
WRONG: tuple[Any, ...] = ("", "x" * 20_000, "<b>a\x00b", "999999", "🦊" * 30)


@pytest.fixture
def worker(session: Session) -> Actor:
    """Somebody with an app."""
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    with_app(session, worker.staff_id)
    session.commit()
    return worker


def kept(session: Session) -> list[tuple[Any, ...]]:
    """What people sign in with."""
    with as_accounts(session):
        found = text(
            "SELECT password_hash, sealed_secret, array(SELECT code_hash FROM recovery_code)"
            " FROM credential LEFT JOIN second_factor USING (staff_id) ORDER BY staff_id"
        )
        return [tuple(row) for row in session.execute(found)]


def test_nonsense_is_answered_beside_its_field_and_changes_nothing(
    session: Session, client: PageClient, worker: Actor
) -> None:
    before = kept(session)
    client.sign_in(worker.staff_id)
    for path, fields in FORMS.items():
        for wrong in WRONG[:3]:
            answer = client.post(path, data=dict.fromkeys(fields, wrong))
            assert answer.status_code == 200, (path, wrong)
            assert "There is a problem" in answer.text
    assert kept(session) == before


def test_nonsense_from_a_stranger_is_answered_too(client: PageClient, worker: Actor) -> None:
    for path, fields in PUBLIC_FORMS.items():
        for wrong in WRONG:
            answer = client.post(path, data=dict.fromkeys(fields, wrong))
            assert answer.status_code == 200, (path, wrong)
            assert "There is a problem" in answer.text
    for path in ("code", "recovery-code", "new-password", "second-factor"):
        answer = client.post(f"/sign-in/{path}", data={"code": "1"})
        assert answer.location == "/sign-in", path


def test_new_recovery_codes_are_shown_once_however_often_they_are_asked_for(
    session: Session, client: PageClient, worker: Actor
) -> None:
    client.sign_in(worker.staff_id)
    sent = {"password": PASSWORD, "submission": str(uuid4())}
    shown = client.post("/account/recovery-codes", data=sent).text
    codes = re.findall(r'app-key">([a-z0-9-]+)<', shown)
    before = kept(session)
    assert len(codes) == 10
    assert client.post("/account/recovery-codes", data=sent).location == "/account"
    assert kept(session) == before
    with as_accounts(session):
        assert services.take_recovery_code(session, worker.staff_id, codes[9])


def test_a_password_made_with_older_settings_is_hashed_anew(
    session: Session, client: PageClient, worker: Actor
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with as_accounts(session):
        values = {"old": old, "id": worker.staff_id}
        session.execute(
            text("UPDATE credential SET password_hash = :old WHERE staff_id = :id"), values
        )
    session.commit()
    client.post("/sign-in", data={"email": worker.email, "password": PASSWORD})
    with as_accounts(session):
        found = text("SELECT password_hash FROM credential WHERE staff_id = :id")
        now = session.scalars(found, {"id": worker.staff_id}).one()
    assert now != old
    assert now.startswith("$argon2id$")
