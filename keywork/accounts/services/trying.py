"""How often somebody may try: counted so that nobody can use up another person's tries."""

from dataclasses import dataclass
from typing import Final

from keywork.accounts.policy.sign_in import rules
from keywork.kernel import limits
from keywork.kernel.sealing import mac

_CODE: Final = "code"
_SIGN_IN: Final = "sign_in"


@dataclass(frozen=True)
class Origin:
    """Where a try comes from."""

    network: str
    device: str = ""
    """The browser, if it is known to be that person's; empty for any other."""

    @property
    def key(self) -> tuple[str, str]:
        """Under what its tries are counted."""
        return ("device", self.device) if self.device else ("network", self.network)


def account_key(email: str) -> str:
    """What stands for a typed address where tries are counted, whether anybody has it or not."""
    return mac("account", email.strip().lower()).hex()[:32]


def try_password(account: str, origin: Origin) -> None:
    """Count one try of a password, or raise TooOften."""
    if not origin.device:
        limits.check(rules().limits["network"], "failed", origin.network)
    limits.spend(rules().limits[_SIGN_IN], _SIGN_IN, account, *origin.key)


def was_wrong(origin: Origin) -> None:
    """A password for any account was wrong: a network that does that all the time must wait."""
    if not origin.device:
        try:
            limits.spend(rules().limits["network"], "failed", origin.network)
        except limits.TooOften:
            return


def was_right(account: str, origin: Origin) -> None:
    """The person was let in: they begin to count anew."""
    limits.forget(rules().limits[_SIGN_IN], _SIGN_IN, account, *origin.key)


def try_code(account: str, origin: Origin) -> None:
    """Count one try of a code, or raise TooOften."""
    limits.spend(rules().limits[_CODE], _CODE, account, *origin.key)
    if not origin.device:
        limits.spend(rules().limits["code_elsewhere"], _CODE, account, "elsewhere")


def try_reset(account: str, origin: Origin) -> bool:
    """Whether one more letter may be sent; raises TooOften for a network that asks all the time."""
    limits.spend(rules().limits["reset_network"], "reset", origin.network)
    try:
        limits.spend(rules().limits["reset"], "reset", account, *origin.key)
    except limits.TooOften:
        return False
    return True
