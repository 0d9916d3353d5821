"""What keywork refuses to start with where real people's records are kept.

Whether that is so is said by `KEYWORK_PRODUCTION`, and it is so unless it is said: `make run`, the
tests and the benchmarks say that it is not, and keywork then answers on this machine alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from config.settings import Settings

SHORTEST_SECRET: Final = 32
LOCAL_SECRET: Final = "local-"  # noqa: S105 - it is how one begins
"""How the keys begin that `make run` makes."""

NEVER_REAL: Final = (".localhost", ".test", ".example", ".invalid")
"""Names that belong to nobody, by RFC 2606."""

HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def refused(chosen: Settings) -> list[str]:
    """What is wrong with the settings, each in a sentence that quotes no secret."""
    address = urlsplit(chosen.base_url)
    if not chosen.production:
        if address.hostname in HERE or (address.hostname or "").endswith(NEVER_REAL):
            return []
        return [
            "KEYWORK_PRODUCTION is false and KEYWORK_BASE_URL is not this machine: with invented "
            "people keywork answers here alone."
        ]
    return [
        *_secrets_refused(chosen),
        *(
            f"{name} is for invented people only."
            for name, wanted in (
                ("KEYWORK_DEMO", chosen.demo),
                ("KEYWORK_MAILBOX_DIR", chosen.mailbox_dir is not None),
                ("KEYWORK_SECOND_FACTOR_WAIVERS", chosen.second_factor_waivers),
                ("KEYWORK_REQUEST_LIMITS_TIMES", chosen.request_limits_times != 1),
            )
            if wanted
        ),
        *(["KEYWORK_BASE_URL must begin with https://."] if address.scheme != "https" else []),
        *([] if chosen.secure_cookies else ["KEYWORK_SECURE_COOKIES must not be false."]),
    ]


def _secrets_refused(chosen: Settings) -> list[str]:
    secrets = [("KEYWORK_SECRET_KEY", chosen.secret_key.get_secret_value())]
    secrets += [("KEYWORK_SECRET_KEYS_BEFORE", key) for key in chosen.former_secret_keys]
    wrong = []
    for name, secret in secrets:
        if len(secret.encode()) < SHORTEST_SECRET:
            wrong.append(f"{name} must be at least {SHORTEST_SECRET} bytes long.")
        if secret.startswith((LOCAL_SECRET, "only for tests")):
            wrong.append(f"{name} was made for invented people: make one of your own.")
    return wrong
