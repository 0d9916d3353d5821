"""Signing in with a council account, against a real OpenID Connect provider."""

import os
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config.settings import settings
from keywork.accounts import queries, services
from keywork.accounts.policy import Actor
from keywork.kernel.viewer import set_viewer
from keywork.local.program import Program
from keywork.local.valkey import free_port
from tests.conftest import Database, PageClient, application
from tests.factories.accounts import a_hub, a_member_of_staff, as_accounts

HUB = "COUNCIL-NORTH"
POLICY = f"""
[[rules]]
from = 2026-01-01
scope = "openid email profile"
addresses_are_verified = false
second_step_amr = ["mfa"]
second_step_acr = []
posts_from_groups = true
groups_claim = "groups"

[[rules.group]]
name = "north-managers"
role = "hub_manager"
hub = "{HUB}"
"""
BUTTON = "Sign in with your council account"
REFUSED = "You could not be signed in"


class Provider:
    """The provider, as a process, and a person's browser at its page."""

    def __init__(self, log: str) -> None:
        self.issuer = f"http://127.0.0.1:{free_port()}"
        self._nothing = os.open(os.devnull, os.O_RDONLY)
        port = self.issuer.rpartition(":")[2]
        command = (sys.executable, "-m", "oidc_provider_mock", "--require-nonce", "--port", port)
        self.program = Program("The provider", command, log, self._nothing)
        self.browser = requests.Session()
        self.browser.trust_env = False

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.program.start()
        self.program.wait_until(self._answers)

    def end(self) -> None:
        """Stop it for good."""
        self.program.stop()
        self.browser.close()
        os.close(self._nothing)

    def knows(self, subject: str, **claims: object) -> None:
        """What it says of somebody from now on."""
        known = self.browser.put(f"{self.issuer}/users/{subject}", json=claims)
        assert known.ok

    def agree(self, address: str, subject: str) -> str:
        """Sign in there, and be sent back to us: the address."""
        answer = self.browser.post(address, data={"sub": subject}, allow_redirects=False)
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def _answers(self) -> bool:
        try:
            return self.browser.get(self.issuer, timeout=1).ok
        except requests.ConnectionError:
            return False


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The council's identity provider."""
    provider = Provider(tmp_path_factory.mktemp("provider") / "log")
    provider.start()
    yield provider
    provider.end()


@pytest.fixture(scope="module")
def bare_app(
    provider: Provider, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application, told of the provider."""
    folder = tmp_path_factory.mktemp("council")
    (folder / "identity.toml").write_text(POLICY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KEYWORK_OIDC_ISSUER", provider.issuer)
        patch.setenv("KEYWORK_OIDC_CLIENT_ID", "keywork")
        patch.setenv("KEYWORK_OIDC_CLIENT_SECRET", "only for tests")
        patch.setenv("KEYWORK_IDENTITY_POLICY", str(folder / "identity.toml"))
        patch.setenv("KEYWORK_FILES_DIR", str(folder))
        yield application(database, folder)
    settings.cache_clear()


@pytest.fixture
def worker(session: Session) -> Actor:
    """Somebody who works here, but has not signed in with a council account yet."""
    return a_member_of_staff(session, "key_worker", a_hub(session))


def known(provider: Provider, worker: Actor, **claims: object) -> str:
    """Have the provider know the worker; returns its own name for them."""
    subject = f"council-{worker.staff_id}"
    said = {"email": worker.email, "email_verified": True, "amr": ["pwd", "mfa"]}
    provider.knows(subject, **(said | claims))
    return subject


def sign_in(client: PageClient, provider: Provider, subject: str, wanted: str = "") -> TestResponse:
    """Press the button, sign in there, and come back."""
    asked = client.get("/sign-in/council", query_string={"next": wanted} if wanted else {})
    return client.get(provider.agree(asked.location, subject))


def signed_in(client: PageClient) -> bool:
    """Whether this browser is let in."""
    return client.get("/alerts").status_code == 200


def test_a_council_account_leads_to_the_page_that_was_asked_for(
    session: Session, client: PageClient, provider: Provider, worker: Actor
) -> None:
    session.commit()
    page = client.get("/sign-in").text
    assert BUTTON in page
    assert "Password" in page
    asked = client.get("/sign-in/council?next=/alerts")
    sent = parse_qs(urlsplit(asked.location).query)
    assert asked.location.startswith(provider.issuer)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["state"] and sent["nonce"] and sent["code_challenge"]
    subject = known(provider, worker)
    answer = client.get(provider.agree(asked.location, subject))
    assert (answer.status_code, answer.location) == (303, "/alerts")
    assert worker.name in client.get("/alerts").text
    left = client.post("/sign-out")
    assert f"{provider.issuer}/oauth2/end_session" in client.get(left.location).text


def test_somebody_stays_the_same_whatever_their_address_becomes(
    session: Session, client: PageClient, provider: Provider, worker: Actor
) -> None:
    session.commit()
    sign_in(client, provider, known(provider, worker))
    client.post("/sign-out")
    assert not signed_in(client)
    sign_in(client, provider, known(provider, worker, email="new@example.test"))
    assert worker.name in client.get("/alerts").text
    client.post("/sign-out")
    other = f"another-{worker.staff_id}"
    provider.knows(other, email=worker.email, email_verified=True, amr=["mfa"])
    assert sign_in(client, provider, other).status_code == 403, "a second name for one account"


def test_where_the_provider_asked_for_a_password_only_our_second_step_follows(
    session: Session, client: PageClient, provider: Provider
) -> None:
    worker = a_member_of_staff(session, "key_worker", a_hub(session), waived=False)
    session.commit()
    answer = sign_in(client, provider, known(provider, worker, amr=["pwd"]), "/alerts")
    assert answer.location.startswith("/sign-in/")
    assert answer.location.endswith("next=/alerts")
    assert not signed_in(client)


def test_whoever_has_no_place_here_is_told_the_same(
    session: Session, client: PageClient, provider: Provider, worker: Actor
) -> None:
    leaver = a_member_of_staff(session, "key_worker", a_hub(session))
    session.commit()
    subject = known(provider, leaver)
    sign_in(client, provider, subject)
    client.post("/sign-out")
    with as_accounts(session):
        leave = text("UPDATE staff SET active = false WHERE id = :id")
        session.execute(leave, {"id": leaver.staff_id})
    session.commit()
    provider.knows("stranger", email="nobody@example.test", email_verified=True)
    unverified = known(provider, worker, email_verified=False)
    answers = [sign_in(client, provider, who) for who in (subject, "stranger", unverified)]
    answers += [sign_in(client, provider, known(provider, worker, email_verified="true"))]
    assert {answer.status_code for answer in answers} == {403}
    assert all(REFUSED in answer.text for answer in answers)
    assert not signed_in(client)


def test_what_was_not_begun_here_or_is_used_up_is_refused(
    session: Session, client: PageClient, provider: Provider, worker: Actor
) -> None:
    session.commit()
    subject = known(provider, worker)
    first = provider.agree(client.get("/sign-in/council").location, subject)
    second = provider.agree(client.get("/sign-in/council").location, subject)
    codes = [parse_qs(urlsplit(back).query) for back in (first, second)]
    path = urlsplit(first).path
    wrong = [
        {"code": codes[0]["code"][0], "state": "made-up"},
        {"code": codes[0]["code"][0]},
        {"error": "access_denied", "state": codes[0]["state"][0]},
        # The second sign-in's code, with the nonce of the first.
        {"code": codes[1]["code"][0], "state": codes[0]["state"][0]},
    ]
    for query in wrong:
        answer = client.get(path, query_string=query)
        assert (answer.status_code, REFUSED in answer.text) == (403, True), query
    third = provider.agree(client.get("/sign-in/council").location, subject)
    stranger = client.application.test_client()
    assert stranger.get(third).status_code == 403, "another browser's"
    assert client.get(third).status_code == 303
    client.post("/sign-out")
    assert client.get(third).status_code == 403, "used up"


def test_a_group_gives_its_posts_and_takes_them_away(
    session: Session, client: PageClient, provider: Provider, worker: Actor
) -> None:
    with as_accounts(session):
        hub = services.add_hub(session, HUB, "Council North", ["ZZ9"])
    session.commit()

    def acting(*groups: object) -> Actor:
        sign_in(client, provider, known(provider, worker, groups=list(groups)))
        client.post("/sign-out")
        set_viewer(session, worker.viewer)
        session.expire_all()
        found = queries.actor(session, worker.staff_id)
        assert found
        return found

    assert acting("north-managers", "unheard-of", 7).managed_hub_ids == {hub}
    assert acting("north-managers").roles == {"key_worker", "hub_manager"}
    assert acting().roles == {"key_worker"}, "what no group names stays"
    acts = text("SELECT act FROM audit_event WHERE act LIKE '%post' ORDER BY id")
    officer = a_member_of_staff(session, "information_officer", None)
    set_viewer(session, officer.viewer)
    assert list(session.scalars(acts)) == ["staff.give_post", "staff.end_post"]


def test_a_provider_under_another_name_is_not_believed(
    client: PageClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "oidc_issuer", f"{provider.issuer}/")
    assert client.get("/sign-in/council").location == "/sign-in"


def test_while_the_provider_is_away_there_are_passwords(
    session: Session, client: PageClient, provider: Provider, worker: Actor
) -> None:
    session.commit()
    back = provider.agree(
        client.get("/sign-in/council?next=/alerts").location, known(provider, worker)
    )
    provider.program.stop()
    assert client.get(back).location == "/sign-in?next=/alerts"
    client.application.extensions["keywork.council"].server_metadata.clear()
    assert client.get("/sign-in/council").location == "/sign-in"
    page = client.get("/sign-in").text
    assert "does not answer" in page
    assert "Password" in page
    provider.start()
    sign_in(client, provider, known(provider, worker))
    assert signed_in(client)


def test_a_council_may_switch_passwords_off(
    session: Session, client: PageClient, worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.commit()
    monkeypatch.setattr(settings(), "passwords", False)
    page = client.get("/sign-in").text
    assert BUTTON in page
    assert "Password" not in page
    client.post("/sign-in", data={"email": worker.email, "password": "correct horse battery"})
    assert not signed_in(client)
