"""Alerts: what is late, risky or running out, each addressed to one person."""

from alembic import op

from migrations.rules import VIEWER, drop, force_row_security, grant, policy

revision = "0008"
down_revision = "0007"

THE_ENGINE = f"{VIEWER} = 'task:alerts'"
THE_ADDRESSEE = "staff_id = (SELECT viewer_staff_id())"


def upgrade() -> None:
    """Make it."""
    op.execute(r"""
        CREATE TABLE alert (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
          kind text NOT NULL CHECK (kind ~ '^[a-z_]+[.][a-z_]+$'),
          subject text NOT NULL CHECK (subject ~ '^[A-Za-z0-9._:-]{1,80}$'),
          family_id bigint REFERENCES family,
          staff_id bigint NOT NULL REFERENCES staff,
          path text NOT NULL CHECK (path ~ '^/([^/\\[:space:]][^[:space:]]*)?$'),
          line text NOT NULL CHECK (line ~ '^[^[:cntrl:]]{1,200}$'),
          raised_at timestamptz NOT NULL DEFAULT now(),
          seen_at timestamptz,
          resolved_at timestamptz,
          emailed_at timestamptz
        )""")
    op.execute(
        "CREATE UNIQUE INDEX alert_open_key ON alert (kind, subject, staff_id)"
        " WHERE resolved_at IS NULL"
    )
    op.execute("CREATE INDEX alert_inbox_idx ON alert (staff_id, id) WHERE resolved_at IS NULL")
    grant("alert", "SELECT, INSERT, UPDATE (seen_at, resolved_at, emailed_at)")
    force_row_security("alert")
    policy("alert", "reads", "SELECT", using=f"{THE_ADDRESSEE} OR {THE_ENGINE}")
    policy("alert", "raises", "INSERT", check=THE_ENGINE)
    policy("alert", "changes", "UPDATE", using=f"{THE_ADDRESSEE} OR {THE_ENGINE}")


def downgrade() -> None:
    """Unmake it."""
    drop("alert")
