"""The council's identity provider, to whom we are an OpenID Connect client."""

import logging
from typing import Any, Final

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, request, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException

from config.settings import settings
from keywork.accounts.policy.identity import Identity, IdentityRules, identity_of, rules_on
from keywork.kernel import clock

TIMEOUT_SECONDS: Final = 5
_EXTENSION: Final = "keywork.council"

logger = logging.getLogger(__name__)


class Away(Exception):
    """The provider does not answer, or not as the one we were told of."""


class Refused(Exception):
    """What came back is not a sign-in that we began, or not of somebody we can take."""


def register_council(app: Flask) -> None:
    """Know the provider, if there is one. It is first asked when somebody wants to sign in."""
    chosen = settings()
    if not chosen.oidc_issuer:
        if not chosen.passwords:
            raise ValueError(
                "KEYWORK_PASSWORDS=false needs KEYWORK_OIDC_ISSUER: nobody could sign in"
            )
        return
    app.extensions[_EXTENSION] = OAuth(app).register(
        "council",
        client_id=chosen.oidc_client_id,
        client_secret=chosen.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{chosen.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"code_challenge_method": "S256", "default_timeout": TIMEOUT_SECONDS},
    )


def is_on() -> bool:
    """Whether people can sign in with their council account."""
    return _EXTENSION in current_app.extensions


def rules() -> IdentityRules:
    """What we make of the provider's words today."""
    return rules_on(settings().identity_policy, clock.today())


def ask() -> ResponseReturnValue:
    """Send the browser to the provider. Raises Away."""
    client = _client()
    try:
        _expect_issuer(client.load_server_metadata())
        answer: ResponseReturnValue = client.authorize_redirect(_ours(), scope=rules().scope)
    except (AuthlibBaseError, RequestException, RuntimeError, ValueError) as error:
        raise _away(error) from error
    return answer


def answered() -> Identity:
    """Whom the provider, having sent the browser back, says it is. Raises Away or Refused."""
    client, issuer = _client(), settings().oidc_issuer
    if request.args.get("iss", issuer) != issuer:
        raise Refused
    try:
        _expect_issuer(client.load_server_metadata())
        token = client.authorize_access_token(
            claims_options={"iss": {"essential": True, "value": issuer}}
        )
    except RequestException as error:
        raise _away(error) from error
    except (AuthlibBaseError, JoseError, RuntimeError, ValueError) as error:
        logger.warning("council sign-in refused: %s", type(error).__name__)
        raise Refused from error
    if "userinfo" not in token:
        raise Refused
    return identity_of(token["userinfo"], rules().groups_claim)


def sign_out_address() -> str | None:
    """Where a person may sign out of their council account too, if the provider has such a page.

    It is a link and no redirect: browsers follow no form to another site, as our headers ask.
    """
    if not is_on():
        return None
    try:
        ending = _client().create_logout_url(client_id=settings().oidc_client_id)
    except (RequestException, RuntimeError, ValueError):
        return None
    return str(ending["url"])


def _client() -> Any:
    return current_app.extensions[_EXTENSION]


def _ours() -> str:
    """The address to which the provider sends browsers back; it has to know it beforehand."""
    return f"{settings().base_url.rstrip('/')}{url_for('accounts.council_back')}"


def _expect_issuer(metadata: dict[str, Any]) -> None:
    if metadata.get("issuer") != settings().oidc_issuer:
        raise ValueError("another issuer")


def _away(error: Exception) -> Away:
    logger.warning("council sign-in away: %s", type(error).__name__)
    return Away()
