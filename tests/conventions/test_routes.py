"""Every route says who may use it, and everybody else is turned away."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from keywork.accounts.models import Role
from keywork.web import access
from tests.conftest import PageClient
from tests.factories.accounts import a_hub, a_member_of_staff

SAMPLES = {"string": "KW-0001", "uuid": "00000000-0000-0000-0000-000000000000", "int": "1"}


def address(rule: Rule) -> str:
    """An address the rule matches."""
    values = dict.fromkeys(rule.arguments, SAMPLES["string"])
    for name, converter in rule._converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        kind = {"unicode": "string", "integer": "int"}.get(kind, kind)
        any_of = sorted(getattr(converter, "items", {"x"}))
        values[name] = SAMPLES.get(kind, any_of[0])
    found = rule.build(values, append_unknown=False)
    assert found is not None
    return found[1]


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if access.access_of(app.view_functions[rule.endpoint]) is None
    ]
    assert silent == []


def test_every_role_a_route_names_exists(app: Flask) -> None:
    known = {str(role) for role in Role}
    for rule in app.url_map.iter_rules():
        named = access.access_of(app.view_functions[rule.endpoint]) or frozenset()
        if named not in (access.PUBLIC, access.SIGNED_IN):
            assert named <= known, rule.endpoint


def closed_routes(app: Flask) -> list[tuple[str, str, frozenset[str]]]:
    """Method, address and access of every route that is not public."""
    return [
        (method, address(rule), allowed)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if (allowed := access.access_of(app.view_functions[rule.endpoint])) != access.PUBLIC
        and allowed is not None
    ]


def test_nobody_unknown_gets_past_the_door(app: Flask, client: PageClient) -> None:
    for method, path, _ in closed_routes(app):
        answer = client.open(path, method=method)
        assert answer.status_code == 303, f"{method} {path}"
        assert (answer.location or "").startswith("/sign-in"), f"{method} {path}"


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_turned_away_from_what_is_not_its_own(
    session: Session, app: Flask, client: PageClient, role: Role
) -> None:
    someone = a_member_of_staff(session, str(role), a_hub(session))
    session.commit()
    client.sign_in(someone.staff_id)
    tried = 0
    for method, path, allowed in closed_routes(app):
        if allowed != access.SIGNED_IN and str(role) not in allowed:
            assert client.open(path, method=method).status_code == 403, f"{method} {path}"
            tried += 1
    assert tried


@pytest.mark.parametrize("role", list(Role))
def test_a_permitted_role_without_a_relationship_learns_nothing(
    session: Session, app: Flask, client: PageClient, role: Role
) -> None:
    someone = a_member_of_staff(session, str(role), a_hub(session))
    session.commit()
    client.sign_in(someone.staff_id)
    for method, path, allowed in closed_routes(app):
        if path.endswith("/emergency"):
            continue  # which says the same of every record: see test_emergencies.py
        if (str(role) in allowed or allowed == access.SIGNED_IN) and "KW-0001" in path:
            assert client.open(path, method=method).status_code == 404, f"{method} {path}"
