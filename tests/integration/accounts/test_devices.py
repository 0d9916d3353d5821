"""Sign-ins on several browsers, and when they are over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.kernel import clock
from tests.conftest import PageClient
from tests.factories.accounts import PASSWORD, a_hub, a_member_of_staff, as_accounts

CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/131.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def worker(session: Session) -> Actor:
    """Whose browsers they are."""
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    return worker


@pytest.fixture
def browser(client: PageClient, worker: Actor) -> Browser:
    """Signs the worker in on another browser, of this name."""

    def sign_in(user_agent: str) -> FlaskClient:
        other = client.application.test_client()
        sent = {"email": worker.email, "password": PASSWORD}
        answer = other.post("/sign-in", data=sent, headers={"User-Agent": user_agent})
        assert answer.location == "/"
        return other

    return sign_in


def inside(browser: FlaskClient) -> bool:
    """Whether somebody is signed in on it."""
    return browser.get("/alerts").status_code == 200


def end_address(browser: FlaskClient) -> str:
    """Where the first "Sign out" button of the page of devices goes."""
    page = browser.get("/account/devices").text
    return page.partition('action="/account/devices/')[2].partition('"')[0]


def seen_later(session: Session, by: timedelta) -> None:
    """Have it be as if each sign-in was last used so much later, or earlier."""
    moved = text("UPDATE staff_session SET last_seen_at = last_seen_at + :by")
    with as_accounts(session):
        session.execute(moved, {"by": by})
    session.commit()


def test_each_browser_is_listed_and_can_be_signed_out_from_another(browser: Browser) -> None:
    desk, phone, lost = browser(CHROME), browser(PHONE), browser(PHONE)
    page = desk.get("/account/devices").text
    assert page.count("Chrome on Windows") == 1
    assert "This browser, now" in page
    ended = f"/account/devices/{end_address(desk)}"
    assert desk.post(ended).location == "/account/devices"
    assert (inside(desk), inside(phone), inside(lost)) == (True, True, False)
    assert desk.post("/account/devices").location == "/account/devices"
    assert (inside(desk), inside(phone)) == (True, False)


def test_nobody_ends_the_sign_in_of_another(
    session: Session, client: PageClient, browser: Browser
) -> None:
    desk, phone = browser(CHROME), browser(PHONE)
    theirs = end_address(desk)
    other = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    client.sign_in(other.staff_id).post(f"/account/devices/{theirs}")
    assert (inside(desk), inside(phone)) == (True, True)


def test_a_new_password_ends_every_other_sign_in(browser: Browser) -> None:
    desk, phone = browser(CHROME), browser(PHONE)
    sent = {"password": PASSWORD, "new_password": "thimble-orchard-kite"}
    wrong = desk.post("/account/password", data=sent | {"password": "not theirs at all"})
    assert "This is not your password" in wrong.text
    weak = desk.post("/account/password", data=sent | {"new_password": "keyworkkeywork"})
    assert "easy to guess" in weak.text
    before = desk.get_cookie("keywork")
    assert desk.post("/account/password", data=sent).location == "/account"
    after = desk.get_cookie("keywork")
    assert before
    assert after
    assert before.value != after.value
    assert (inside(desk), inside(phone)) == (True, False)


def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(browser: Browser) -> None:
    desk = browser(CHROME)
    stolen = desk.get_cookie("keywork")
    desk.post("/sign-out")
    assert stolen
    desk.set_cookie("keywork", stolen.value)
    assert not inside(desk)


@pytest.mark.parametrize(
    ("minutes", "unheard", "still"),
    [(29, 29, True), (31, 31, False), (60 * 12 - 1, 1, True), (60 * 12 + 1, 1, False)],
)
def test_a_sign_in_runs_out(
    session: Session,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    unheard: int,
    still: bool,
) -> None:
    desk = browser(CHROME)
    seen_later(session, timedelta(minutes=minutes - unheard))
    later = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert inside(desk) is still


def test_use_is_noted_at_most_once_a_minute_and_not_what_a_page_does_by_itself(
    session: Session, browser: Browser
) -> None:
    desk = browser(CHROME)
    seen_later(session, timedelta(minutes=-20))
    desk.get("/alerts", headers={"Sec-Fetch-Mode": "cors"})
    seen_later(session, timedelta(minutes=-5))
    assert inside(desk)
    seen_later(session, timedelta(minutes=-20))
    assert inside(desk)


def test_a_sign_in_replaces_the_one_before_in_that_browser(
    session: Session, worker: Actor, browser: Browser
) -> None:
    desk = browser(CHROME)
    seen_later(session, timedelta(minutes=-31))
    desk.post("/sign-in", data={"email": worker.email, "password": PASSWORD})
    assert inside(desk)
    with as_accounts(session):
        open_ = session.scalars(text("SELECT count(*) FROM staff_session WHERE ended_at IS NULL"))
        assert open_.one() == 1
