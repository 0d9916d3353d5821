"""Runs migrations as the owner role; the application role never changes the schema."""

from importlib import import_module
from typing import Any

from alembic import context
from sqlalchemy import create_engine, pool

from config.settings import ROOT, settings
from keywork.kernel.database import Base

for room in sorted((ROOT / "keywork").glob("*/models*")):
    import_module(f"keywork.{room.parent.name}.models")


def compared(_object: Any, _name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Models describe columns; indexes, constraints and bare tables live in migrations alone."""
    return kind == "column" or (kind == "table" and not reflected)


def owner_url() -> str:
    """The owner role's address: from whoever runs the migrations, or from the environment."""
    given: str | None = context.config.attributes.get("owner_url")
    if given is not None:
        return given
    owner = settings().owner_database_url
    if owner is None:
        raise SystemExit("Set KEYWORK_OWNER_DATABASE_URL to the owner role's database address.")
    return owner.get_secret_value()


def run() -> None:
    """Bring the database to the revision asked for, each migration in a transaction."""
    engine = create_engine(owner_url(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=compared,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
