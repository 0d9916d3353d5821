"""The second factor: codes from an authenticator app (RFC 6238), and codes for a lost phone."""

import base64
import hmac
import secrets
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from keywork.accounts.models import RecoveryCode, SecondFactor
from keywork.accounts.services.devices import ACCOUNTS, end_sessions
from keywork.accounts.services.notices import tell
from keywork.kernel import audit, clock
from keywork.kernel.errors import Refusal
from keywork.kernel.sealing import Unreadable, mac, seal, unseal
from keywork.kernel.viewer import acting_as

ISSUER: Final = "keywork"
STEP_SECONDS: Final = 30
WINDOW: Final = 1
"""How many steps a phone's clock may be wrong by."""

RECOVERY_CODES: Final = 10
_PURPOSE: Final = "second factor"
_SAYABLE: Final = "23456789bcdfghjkmnpqrstvwxz"
_WRONG: Final = "This code is not right. Enter the six digits that the app shows now"


def new_secret(session_uid: UUID, enrolled_before: str) -> str:
    """The secret to set an app up with: the same for each look at the page, and never stored.

    Each sign-in has its own, and another once one was set up (`enrolled_before` says when).
    """
    made = mac("new second factor", f"{session_uid} {enrolled_before}")
    return base64.b32encode(made[:20]).decode()


def address_of(secret: str, email: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def enrol(session: Session, staff_id: int, secret: str, code: str) -> list[str]:
    """Make the app with this secret the person's second factor; returns new recovery codes.

    `code` shows that the app is set up. It replaces another app and all codes from before.
    """
    step = _step_of(secret, code)
    if step is None:
        raise Refusal(_WRONG, "code")
    values = {
        "sealed_secret": seal(_PURPOSE, str(staff_id), secret.encode()),
        "enrolled_at": clock.now(),
        "last_step": step,
    }
    enrolled = insert(SecondFactor).values(staff_id=staff_id, **values)
    with acting_as(session, ACCOUNTS):
        session.execute(enrolled.on_conflict_do_update(index_elements=["staff_id"], set_=values))
    audit.record(session, "staff.second_factor_enrolled", f"staff:{staff_id}")
    tell(session, staff_id, "second_factor")
    return make_recovery_codes(session, staff_id)


def take_code(session: Session, staff_id: int, code: str) -> bool:
    """Whether this is the app's code of now, or of half a minute around it, and was not used."""
    with acting_as(session, ACCOUNTS):
        sealed = session.scalar(
            select(SecondFactor.sealed_secret).where(SecondFactor.staff_id == staff_id)
        )
        step = _step_of(_secret(staff_id, sealed), code) if sealed else None
        if step is None:
            return False
        # Of two that send one code at the same moment, the second finds it used.
        taken = session.scalar(
            update(SecondFactor)
            .where(SecondFactor.staff_id == staff_id, SecondFactor.last_step < step)
            .values(last_step=step)
            .returning(SecondFactor.staff_id)
            .execution_options(synchronize_session=False)
        )
    return taken is not None


def take_recovery_code(session: Session, staff_id: int, code: str) -> bool:
    """Whether this is one of the person's codes for a lost phone, and was not used before."""
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff_id,
            RecoveryCode.code_hash == _hash(staff_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=func.now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    with acting_as(session, ACCOUNTS):
        taken = session.scalar(used) is not None
    if taken:
        audit.record(session, "staff.second_factor_recovered", f"staff:{staff_id}")
    return taken


def make_recovery_codes(session: Session, staff_id: int) -> list[str]:
    """Ten new codes for a lost phone, in place of any from before. Only their hashes are kept."""
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    with acting_as(session, ACCOUNTS):
        session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
        session.add_all(
            RecoveryCode(staff_id=staff_id, code_hash=_hash(staff_id, code)) for code in codes
        )
    audit.record(session, "staff.second_factor_codes_made", f"staff:{staff_id}")
    return codes


def reset_second_factor(session: Session, staff_id: int) -> None:
    """Forget the person's app and codes, and end their sign-ins: they set up another."""
    with acting_as(session, ACCOUNTS):
        for table in (SecondFactor, RecoveryCode):
            session.execute(delete(table).where(table.staff_id == staff_id))
    audit.record(session, "staff.second_factor_reset", f"staff:{staff_id}")
    tell(session, staff_id, "no_second_factor")
    end_sessions(session, staff_id)


def _secret(staff_id: int, sealed: bytes) -> str:
    try:
        return unseal(_PURPOSE, str(staff_id), sealed).decode()
    except Unreadable:
        return ""


def _step_of(secret: str, code: str) -> int | None:
    """Which thirty seconds the code is of, among those that are near enough."""
    if not secret:
        return None
    app, given = pyotp.TOTP(secret), "".join(code.split())
    now = int(clock.now().timestamp()) // STEP_SECONDS
    steps = range(now - WINDOW, now + WINDOW + 1)
    right = [s for s in steps if hmac.compare_digest(app.generate_otp(s), given)]
    return max(right, default=None)


def _new_code() -> str:
    """Ten sayable characters, of some 47 bits: too many to try, and quick to copy."""
    letters = "".join(secrets.choice(_SAYABLE) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _hash(staff_id: int, code: str) -> bytes:
    """What is kept of a code: keyed, so that a stolen table cannot be searched."""
    plain = "".join(letter for letter in code.lower() if letter in _SAYABLE)
    return mac("recovery code", f"{staff_id} {plain}")
