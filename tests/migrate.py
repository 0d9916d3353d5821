"""Migrations as tests run them."""

from alembic import command
from alembic.config import Config

from config.settings import ROOT


def alembic(owner_url: str) -> Config:
    """The project's migrations, pointed at one database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["owner_url"] = owner_url
    return config


def migrate(owner_url: str, revision: str) -> None:
    """Bring a database up to a revision."""
    command.upgrade(alembic(owner_url), revision)
