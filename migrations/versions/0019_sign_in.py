"""Credentials, second factors, devices, and typed work that outlives a sign-in.

What proves who somebody is can be read and written by `task:accounts` and nobody else: not by a
signed-in person, and not by whoever finds a way to run a query in their name.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import text

from migrations.rules import VIEWER, drop, force_row_security, grant, policy

revision = "0019"
down_revision = "0018"

ACCOUNTS = f"{VIEWER} = 'task:accounts'"
OWN = "staff_id = viewer_staff_id()"

TABLES = {
    "credential": """
    CREATE TABLE credential (
      staff_id bigint PRIMARY KEY REFERENCES staff,
      password_hash text NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now(),
      must_change boolean NOT NULL DEFAULT false,
      second_factor text NOT NULL DEFAULT 'required'
        CHECK (second_factor IN ('required', 'waived'))
    )""",
    # The secret is sealed with a key that is not in the database. `last_step` is the thirty seconds
    # of the last code that was taken: none is taken twice.
    "second_factor": """
    CREATE TABLE second_factor (
      staff_id bigint PRIMARY KEY REFERENCES staff,
      sealed_secret bytea NOT NULL,
      enrolled_at timestamptz NOT NULL DEFAULT now(),
      last_step bigint NOT NULL
    )""",
    "recovery_code": """
    CREATE TABLE recovery_code (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      staff_id bigint NOT NULL REFERENCES staff,
      code_hash bytea NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now(),
      used_at timestamptz,
      UNIQUE (staff_id, code_hash)
    )""",
    # A sign-in, begun or whole: `awaits` is what it still lacks.
    "staff_session": """
    CREATE TABLE staff_session (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      token_hash bytea NOT NULL UNIQUE,
      staff_id bigint NOT NULL REFERENCES staff,
      way text NOT NULL CHECK (way IN ('password', 'password_and_code', 'recovery_code', 'oidc')),
      awaits text CHECK (awaits IN ('code', 'new_password', 'second_factor')),
      browser text NOT NULL CHECK (length(browser) <= 100),
      began_at timestamptz NOT NULL DEFAULT now(),
      last_seen_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz
    )""",
    # Without a member of staff when nobody has the address that was typed: asking leaves the same
    # traces whether there is an account or not.
    "password_reset": """
    CREATE TABLE password_reset (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      staff_id bigint REFERENCES staff,
      invited boolean NOT NULL DEFAULT false,
      asked_at timestamptz NOT NULL DEFAULT now(),
      token_hash bytea UNIQUE,
      sent_at timestamptz,
      used_at timestamptz,
      CHECK ((token_hash IS NULL) = (sent_at IS NULL) AND (used_at IS NULL OR sent_at IS NOT NULL))
    )""",
}

KEPT_FORM = """
    CREATE TABLE kept_form (
      uid uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      staff_id bigint NOT NULL REFERENCES staff,
      address text NOT NULL CHECK (length(address) <= 2000),
      content jsonb NOT NULL CHECK (pg_column_size(content) <= 200000),
      kept_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (staff_id, address)
    )"""

INDEXES = (
    "CREATE INDEX staff_session_staff_idx ON staff_session (staff_id) WHERE ended_at IS NULL",
    "CREATE INDEX post_staff_idx ON post (staff_id)",
)


@contextmanager
def whole(table: str) -> Iterator[None]:
    """Let the owner see every row of a table for a while, whatever policies it has by now."""
    name = {"name": table}
    forced = text("SELECT relforcerowsecurity FROM pg_class WHERE oid = CAST(:name AS regclass)")
    was = op.get_bind().execute(forced, name).scalar_one()
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    if was:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def upgrade() -> None:
    """Make it."""
    for statement in (*TABLES.values(), KEPT_FORM, *INDEXES):
        op.execute(statement)
    with whole("staff"):
        op.execute(
            "INSERT INTO credential (staff_id, password_hash) SELECT id, password_hash FROM staff"
        )
    op.execute("ALTER TABLE staff DROP COLUMN password_hash, DROP COLUMN session_stamp")
    for table in TABLES:
        force_row_security(table)
        policy(table, "accounts", "ALL", using=ACCOUNTS, check=ACCOUNTS)
    grant("credential", "SELECT, INSERT, UPDATE")
    grant("second_factor", "SELECT, INSERT, UPDATE, DELETE")
    grant("recovery_code", "SELECT, INSERT, UPDATE (used_at), DELETE")
    grant(
        "staff_session",
        "SELECT, INSERT, UPDATE (token_hash, way, awaits, last_seen_at, ended_at), DELETE",
    )
    grant("password_reset", "SELECT, INSERT, UPDATE (token_hash, sent_at, used_at), DELETE")
    grant("kept_form", "SELECT, INSERT, UPDATE (uid, content, kept_at), DELETE")
    force_row_security("kept_form")
    policy("kept_form", "own", "ALL", using=OWN, check=OWN)
    policy(
        "kept_form",
        "swept",
        "ALL",
        using=f"{ACCOUNTS} AND kept_at < now() - interval '1 hour'",
        check="false",
    )


def downgrade() -> None:
    """Unmake it."""
    op.execute("ALTER TABLE staff ADD COLUMN password_hash text, ADD COLUMN session_stamp text")
    op.execute("ALTER TABLE credential NO FORCE ROW LEVEL SECURITY")
    with whole("staff"):
        op.execute("""
            UPDATE staff SET session_stamp = gen_random_uuid()::text, password_hash = coalesce(
              (SELECT password_hash FROM credential WHERE staff_id = staff.id), '')""")
    op.execute("""
        ALTER TABLE staff ALTER COLUMN password_hash SET NOT NULL,
          ALTER COLUMN session_stamp SET NOT NULL""")
    op.execute("DROP INDEX post_staff_idx")
    drop("kept_form", *reversed(TABLES))
