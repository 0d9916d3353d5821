"""What the environment says: addresses, secrets and the folders keywork may write to."""

from functools import lru_cache
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting, from an environment variable of the same name with `KEYWORK_` before it."""

    model_config = SettingsConfigDict(env_prefix="KEYWORK_", populate_by_name=True)

    database_url: SecretStr
    """The application role's database; that role owns nothing."""

    owner_database_url: SecretStr | None = None
    """The owner role's database; needed by migrations alone."""

    redis_url: SecretStr
    secret_key: SecretStr
    base_url: str = "http://localhost:8000"
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
    outbox_resend_seconds: int = 20
    """How long work may go unfinished before the relay sends it again."""


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
