"""What the environment says: addresses, secrets and the folders keywork may write to."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.production import refused

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting, from an environment variable of the same name with `KEYWORK_` before it."""

    model_config = SettingsConfigDict(
        env_prefix="KEYWORK_", populate_by_name=True, hide_input_in_errors=True
    )

    production: bool = True
    """Whether real people's records are kept here: see config/production.py."""

    database_url: SecretStr
    """The application role's database; that role owns nothing."""

    owner_database_url: SecretStr | None = None
    """The owner role's database; needed by migrations alone."""

    redis_url: SecretStr
    secret_key: SecretStr
    secret_keys_before: SecretStr = SecretStr("")
    """Former secret keys, comma-separated: what they signed and sealed still holds."""

    base_url: str = "http://localhost:8000"
    other_hosts: str = ""
    """Further host names to answer to, comma-separated, such as the one a load balancer asks for
    its health."""

    files_dir: Path = ROOT / "var" / "files"
    smtp_url: str = Field("smtp://localhost:25", validation_alias=AliasChoices("KEYWORK_SMTP_URL"))
    mail_from: str = "keywork <no-reply@keywork.invalid>"
    mailbox_dir: Path | None = None
    """Where a local mailbox keeps what was sent; the page that shows it exists only when set."""

    demo: bool = False
    """Whether the demo sign-ins are shown on the sign-in page."""

    clamd_url: str = ""
    """ClamAV's daemon, which checks uploads: `tcp://host:port` or `unix:///path`. Without one they
    are kept and marked as not scanned."""

    secure_cookies: bool = True
    proxies: int = 0
    """How many proxies of ours each request comes through; they say where it is from."""

    second_factor_waivers: bool = False
    """Whether accounts that are marked so sign in without a second factor: where all the people are
    invented, and nowhere else."""

    request_limits_times: int = 1
    """By how much one sign-in may do more than `config/policy/sign_in.toml` says: for tests."""

    oidc_issuer: str = ""
    """The council's identity provider, exactly as it names itself; without one there are passwords
    only."""

    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    passwords: bool = True
    """Whether people may sign in with a password; without, they need the council's provider."""

    identity_policy: Path = ROOT / "config" / "policy" / "identity.toml"
    """What we make of what the provider says of a person."""

    outbox_resend_seconds: int = 20
    """How long work may go unfinished before the relay sends it again."""

    @property
    def former_secret_keys(self) -> list[str]:
        """Those in `secret_keys_before`."""
        return _listed(self.secret_keys_before.get_secret_value())

    @property
    def hosts(self) -> list[str]:
        """The host names that keywork answers to."""
        return [urlsplit(self.base_url).hostname or "", *_listed(self.other_hosts)]


def _listed(text: str) -> list[str]:
    return [part for part in text.replace(" ", "").split(",") if part]


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once; it ends where they are refused."""
    chosen = Settings()
    if wrong := refused(chosen):
        raise SystemExit(f"keywork does not start: {' '.join(wrong)}")
    return chosen
