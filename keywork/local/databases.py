"""What a PostgreSQL server must hold for keywork: two roles and a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

DATABASE = "keywork"
OWNER = "keywork_owner"
APP = "keywork_app"

_MAY_DO_LITTLE = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A plain psycopg connection to an SQLAlchemy address; each statement commits by itself."""
    address = make_url(url)
    parameters: Mapping[str, Any] = {
        **address.translate_connect_args(username="user", database="dbname"),
        **address.query,
    }
    return psycopg.connect(**parameters, autocommit=True)


@dataclass(frozen=True)
class DatabaseServer:
    """A PostgreSQL server known by the address of its superuser.

    The two roles are expected to come in by the same door: without a password, or with the
    superuser's.
    """

    superuser_url: str

    def url(self, role: str, database: str = DATABASE) -> str:
        """The SQLAlchemy address of a database on this server, for one role."""
        url = make_url(self.superuser_url).set(username=role, database=database)
        return url.render_as_string(hide_password=False)

    def create_roles(self) -> None:
        """Create the owner and the application role; those that exist stay as they are."""
        password = make_url(self.superuser_url).password
        with connect(self.superuser_url) as connection:
            known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role in {OWNER, APP} - known:
                create = sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), _MAY_DO_LITTLE)
                if password:
                    create += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
                connection.execute(create)

    def has_database(self, name: str) -> bool:
        """Whether the server has a database of this name."""
        with connect(self.superuser_url) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            return found.fetchone() is not None

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database that the owner role owns: empty, or a copy of `template`.

        Nobody may be connected to the template.
        """
        create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template1")
        )
        with connect(self.superuser_url) as connection:
            connection.execute(create)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, closing whatever connections it still has."""
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with connect(self.superuser_url) as connection:
            connection.execute(drop)

    def answers(self) -> bool:
        """Whether the server lets us in."""
        try:
            connect(self.superuser_url).close()
        except psycopg.OperationalError:
            return False
        return True
