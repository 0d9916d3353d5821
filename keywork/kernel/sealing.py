"""Secrets at rest: keys derived from the application's own secret, one for each purpose.

Whoever holds a copy of the database alone can open nothing of this. What was sealed with a former
secret is read for as long as that is among `secret_keys_before`; recovery codes do not outlive it.
"""

import hmac
import secrets
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.settings import settings

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class Unreadable(Exception):
    """What was sealed cannot be opened with today's secret, or belongs to somebody else."""


def seal(purpose: str, whose: str, plain: bytes) -> bytes:
    """Encrypt for a purpose, bound to the one it belongs to."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(_key(purpose)).encrypt(nonce, plain, whose.encode())


def unseal(purpose: str, whose: str, sealed: bytes) -> bytes:
    """What was sealed for this purpose and owner, with today's secret or a former one."""
    for secret in (settings().secret_key.get_secret_value(), *settings().former_secret_keys):
        with suppress(InvalidTag):
            opened: bytes = AESGCM(_derive(secret, purpose)).decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], whose.encode()
            )
            return opened
    raise Unreadable(purpose)


def mac(purpose: str, text: str) -> bytes:
    """A name for the text that only this application can work out."""
    return hmac.new(_key(purpose), text.encode(), sha256).digest()


def _key(purpose: str) -> bytes:
    return _derive(settings().secret_key.get_secret_value(), purpose)


@lru_cache
def _derive(secret: str, purpose: str) -> bytes:
    derived: bytes = HKDF(
        algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=f"keywork {purpose}".encode()
    ).derive(secret.encode())
    return derived
