"""A cookie that says who has signed in on a browser before (OWASP's device cookie).

Tries on such a browser are counted apart from everybody else's: whoever tries passwords from
elsewhere cannot lock its owner out. It opens nothing by itself.
"""

import secrets
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from keywork.accounts.policy.sign_in import rules
from keywork.accounts.services.trying import Origin, account_key

MOST_PEOPLE: Final = 8
"""Whose browser one can be at once: a desk that is shared."""

_A_HOME: Final = 64
"""The bits of an IPv6 address that name a network rather than a machine in it."""


def origin_of(email: str) -> Origin:
    """Where this request comes from, as a try to be the person with this address."""
    known = _read()
    device = known["browser"] if account_key(email) in known["people"] else ""
    return Origin(network(request.remote_addr), device)


def network(address: str | None) -> str:
    """The network that an address is in, for counting: a machine may have very many in one."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _A_HOME), strict=False))
    return str(found)


def remember(response: Response, email: str) -> Response:
    """Have the browser say from now on that this person has signed in on it."""
    known = _read()
    people = [account_key(email), *known["people"]]
    known["people"] = list(dict.fromkeys(people))[:MOST_PEOPLE]
    response.set_cookie(
        _cookie(),
        _signer().dumps(known),
        max_age=rules().known_device,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _read() -> dict[str, Any]:
    try:
        age = int(rules().known_device.total_seconds())
        known: dict[str, Any] = _signer().loads(request.cookies.get(_cookie(), ""), max_age=age)
    except BadSignature:
        return {"browser": secrets.token_hex(8), "people": []}
    return known


def _cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="known device")
