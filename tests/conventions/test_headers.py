"""Whatever is asked for, and whoever asks: the same strict headers, and only of hosts of ours."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from keywork.accounts.models import Role
from keywork.setup import bare_app
from keywork.web.headers import ALWAYS
from tests.conftest import PageClient
from tests.conventions.test_routes import address
from tests.factories.accounts import a_hub, a_member_of_staff

SANDBOXED = "default-src 'none'; sandbox"


def every_address(app: Flask) -> list[tuple[str, str]]:
    """Method and address of every route."""
    return [
        (method, address(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


@pytest.mark.parametrize("role", [None, Role.HUB_MANAGER])
def test_every_answer_is_strict(
    session: Session,
    app: Flask,
    client: PageClient,
    role: Role | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)  # an error page is one too
    if role:
        someone = a_member_of_staff(session, str(role), a_hub(session))
        session.commit()
        client.sign_in(someone.staff_id)
    for method, path in every_address(app):
        if path.startswith("/sign-out"):
            continue
        headers = client.open(path, method=method).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "http" not in policy, path
        assert policy == SANDBOXED or policy == ALWAYS["Content-Security-Policy"], path
        for name in ALWAYS.keys() - {"Content-Security-Policy"}:
            assert headers[name] == ALWAYS[name], f"{name} of {method} {path}"
        assert headers["Cache-Control"] == "no-store" or path.startswith("/static"), path
        assert "Server" not in headers and "X-Powered-By" not in headers


def test_pages_may_not_be_framed_and_load_nothing_from_elsewhere() -> None:
    policy = dict(part.split(" ", 1) for part in ALWAYS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}


def test_signing_out_empties_what_the_browser_kept(client: PageClient) -> None:
    answer = client.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_only_hosts_of_ours_are_answered(client: PageClient) -> None:
    assert client.get("/sign-in", base_url="http://localhost").status_code == 200
    for host in ("elsewhere.test", "localhost.elsewhere.test", "local host", "@localhost"):
        answer = client.get("/sign-in", headers={"Host": host})
        assert answer.status_code == 400
        assert host not in answer.text


def test_a_secure_cookie_is_for_this_host_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from config.settings import settings

    monkeypatch.setenv("KEYWORK_SECURE_COOKIES", "true")
    monkeypatch.setenv("KEYWORK_SECRET_KEYS_BEFORE", "an-older-key")
    settings.cache_clear()
    strict = bare_app()
    monkeypatch.undo()
    settings.cache_clear()
    strict.add_url_rule("/x", view_func=_keep)
    cookie = strict.test_client().get("/x", base_url="https://localhost").headers["Set-Cookie"]
    assert re.match(r"__Host-keywork=[^;]+; Secure; HttpOnly; Path=/; SameSite=Lax$", cookie)
    assert strict.config["SECRET_KEY_FALLBACKS"] == ["an-older-key"]


def _keep() -> str:
    from flask import session as cookie

    cookie["_user_id"] = "x"
    return "kept"
