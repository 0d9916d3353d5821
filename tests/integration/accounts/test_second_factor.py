"""The second step of signing in: an app's code, a code for a lost phone, setting an app up."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from config.settings import settings
from keywork.accounts import services
from keywork.accounts.policy import Actor
from keywork.kernel.sealing import Unreadable, unseal
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.accounts import (
    PASSWORD,
    a_hub,
    a_member_of_staff,
    as_accounts,
    next_code,
    with_app,
)
from tests.factories.auditing import audited

WRONG = "This code is not right, or it has been used already"


@pytest.fixture
def worker(session: Session) -> Actor:
    """Somebody who is not excused."""
    return a_member_of_staff(session, "key_worker", a_hub(session), waived=False)


def password_step(client: PageClient, who: Actor, password: str = PASSWORD) -> str:
    """Where the right password leads."""
    answer = client.post("/sign-in?next=/alerts", data={"email": who.email, "password": password})
    assert answer.status_code == 303, answer.text
    return answer.location or ""


def acts(session: Session, who: Actor) -> list[str]:
    """What the audit says of somebody."""
    set_viewer(session, who.viewer)
    return [event.act for event in audited(session, "staff.%") if event.subject == who.viewer]


def test_the_password_alone_opens_nothing(
    session: Session, client: PageClient, worker: Actor
) -> None:
    secret = with_app(session, worker.staff_id)
    session.commit()
    step = password_step(client, worker)
    assert step == "/sign-in/code?next=/alerts"
    assert client.get("/alerts").location == "/sign-in?next=/alerts"
    before = client.get_cookie("keywork")
    assert WRONG in client.post(step, data={"code": "000000"}).text
    assert client.post(step, data={"code": next_code(secret)}).location == "/alerts"
    after = client.get_cookie("keywork")
    assert before
    assert after
    assert before.value != after.value
    assert client.get("/alerts").status_code == 200
    assert acts(session, worker)[-2:] == ["staff.second_factor_failed", "staff.sign_in"]


def test_a_code_is_taken_once_and_none_before_it(
    session: Session, client: PageClient, worker: Actor
) -> None:
    secret = with_app(session, worker.staff_id)
    session.commit()
    used = next_code(secret)
    assert client.post(password_step(client, worker), data={"code": used}).location == "/alerts"
    other = client.application.test_client()
    step = password_step(other, worker)
    for code in (used, next_code(secret, 0), next_code(secret, -1), next_code(secret, 5)):
        assert WRONG in other.post(step, data={"code": code}).text


def test_a_recovery_code_works_once_without_a_phone(
    session: Session, client: PageClient, worker: Actor
) -> None:
    with_app(session, worker.staff_id)
    with as_accounts(session):
        codes = services.make_recovery_codes(session, worker.staff_id)
    session.commit()
    assert len(set(codes)) == 10
    password_step(client, worker)
    page = "/sign-in/recovery-code?next=/alerts"
    spoken = codes[3].upper().replace("-", " ")
    assert client.post(page, data={"code": spoken}).location == "/alerts"
    assert "9 left" in client.get("/account").text
    other = client.application.test_client()
    password_step(other, worker)
    assert WRONG in other.post(page, data={"code": codes[3]}).text
    assert "staff.second_factor_recovered" in acts(session, worker)


def test_an_app_is_set_up_at_the_first_sign_in(
    session: Session, client: PageClient, worker: Actor
) -> None:
    session.commit()
    step = password_step(client, worker)
    assert step == "/sign-in/second-factor?next=/alerts"
    page = client.get(step).text
    assert "<svg" in page
    secret = "".join(re.findall(r'app-key">([A-Z2-7 ]+)<', page)[0].split())
    assert secret in "".join(
        re.findall(r'app-key">([A-Z2-7 ]+)<', client.get(step).text)[0].split()
    )
    assert client.get("/alerts").status_code == 303
    assert "This code is not right" in client.post(step, data={"code": "000000"}).text
    shown = client.post(step, data={"code": next_code(secret, 0)}).text
    codes = re.findall(r'app-key">([a-z0-9-]+)<', shown)
    assert len(codes) == 10
    assert client.get("/alerts").status_code == 200
    again = client.application.test_client()
    step = password_step(again, worker)
    assert again.post(step, data={"code": next_code(secret)}).location == "/alerts"


def test_whoever_is_given_a_password_chooses_their_own_before_anything_else(
    session: Session, client: PageClient, worker: Actor
) -> None:
    secret = with_app(session, worker.staff_id)
    with as_accounts(session):
        given = services.give_temporary_password(session, worker.staff_id)
    session.commit()
    step = password_step(client, worker, given)
    step = client.post(step, data={"code": next_code(secret)}).location or ""
    assert step == "/sign-in/new-password?next=/alerts"
    assert client.get("/alerts").status_code == 303
    for refused in (given, "Person12345678", "short"):
        assert "There is a problem" in client.post(step, data={"new_password": refused}).text
    assert client.post(step, data={"new_password": "thimble-orchard-kite"}).location == "/alerts"
    assert client.get("/alerts").status_code == 200


def test_nobody_is_excused_where_people_are_real(
    session: Session, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    waived = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    monkeypatch.setattr(settings(), "second_factor_waivers", False)
    assert password_step(client, waived) == "/sign-in/second-factor?next=/alerts"


def test_another_app_is_set_up_with_the_password_alone_of_whoever_is_signed_in(
    session: Session, client: PageClient, worker: Actor
) -> None:
    with_app(session, worker.staff_id)
    session.commit()
    client.sign_in(worker.staff_id)
    page = client.get("/account/second-factor").text
    secret = "".join(re.findall(r'app-key">([A-Z2-7 ]+)<', page)[0].split())
    sent = {"code": next_code(secret, 0), "password": "not their password"}
    assert "This is not your password" in client.post("/account/second-factor", data=sent).text
    sent["password"] = PASSWORD
    assert "Your recovery codes" in client.post("/account/second-factor", data=sent).text
    assert client.get("/account").status_code == 200


def test_a_secret_is_sealed_and_bound_to_its_owner(session: Session, worker: Actor) -> None:
    secret = with_app(session, worker.staff_id)
    with as_accounts(session):
        sealed = session.scalars(text("SELECT sealed_secret FROM second_factor")).one()
    assert secret.encode() not in sealed
    assert unseal("second factor", str(worker.staff_id), sealed) == secret.encode()
    with pytest.raises(Unreadable):
        unseal("second factor", "1", sealed)
    with pytest.raises(Unreadable):
        unseal("another purpose", str(worker.staff_id), sealed)
