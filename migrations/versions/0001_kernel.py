"""What every capability stands on: audit, outbox, submissions, and who is reading."""

from alembic import op

from migrations.rules import VIEWER, append_only, drop, force_row_security, grant, policy

revision = "0001"
down_revision = None

FUNCTIONS = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
    END $$
    """,
    """
    CREATE FUNCTION london_today() RETURNS date STABLE LANGUAGE sql
    RETURN (now() AT TIME ZONE 'Europe/London')::date
    """,
    """
    CREATE FUNCTION viewer_staff_id() RETURNS bigint STABLE LANGUAGE sql
    RETURN substring(current_setting('keywork.viewer', true) FROM '^staff:([0-9]{1,18})$')::bigint
    """,
    """
    CREATE FUNCTION announce_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('keywork_outbox', '');
      RETURN NULL;
    END $$
    """,
)


def upgrade() -> None:
    """Make it."""
    op.execute("GRANT USAGE ON SCHEMA public TO keywork_app")
    for function in FUNCTIONS:
        op.execute(function)
    op.execute("""
        CREATE TABLE audit_event (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          recorded_at timestamptz NOT NULL DEFAULT now(),
          viewer text NOT NULL CHECK (viewer = current_setting('keywork.viewer', true)),
          act text NOT NULL CHECK (act ~ '^[a-z_]+[.][a-z_]+$'),
          subject text NOT NULL CHECK (length(subject) <= 80)
        )""")
    op.execute("CREATE INDEX audit_event_subject_idx ON audit_event (subject, id)")
    grant("audit_event", "SELECT, INSERT (viewer, act, subject)")
    append_only("audit_event")
    op.execute("""
        CREATE TABLE submission (
          key uuid PRIMARY KEY,
          viewer text NOT NULL,
          location text,
          recorded_at timestamptz NOT NULL DEFAULT now()
        )""")
    grant("submission", "SELECT, INSERT, UPDATE (location)")
    force_row_security("submission")
    policy("submission", "own", "ALL", using=f"viewer = {VIEWER}", check=f"viewer = {VIEWER}")
    op.execute("""
        CREATE TABLE outbox (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          task text NOT NULL CHECK (task ~ '^[a-z_]+[.][a-z_]+$'),
          arguments jsonb NOT NULL,
          recorded_at timestamptz NOT NULL DEFAULT now(),
          send_at timestamptz NOT NULL DEFAULT now(),
          sent_count int NOT NULL DEFAULT 0,
          attempts int NOT NULL DEFAULT 0,
          done_at timestamptz,
          failed_at timestamptz,
          CHECK (done_at IS NULL OR failed_at IS NULL)
        )""")
    op.execute(
        "CREATE INDEX outbox_waiting_idx ON outbox (send_at)"
        " WHERE done_at IS NULL AND failed_at IS NULL"
    )
    grant(
        "outbox",
        "SELECT, INSERT, UPDATE (send_at, sent_count, attempts, done_at, failed_at), DELETE",
    )
    op.execute(
        "CREATE TRIGGER outbox_announced AFTER INSERT ON outbox"
        " FOR EACH STATEMENT EXECUTE FUNCTION announce_outbox()"
    )


def downgrade() -> None:
    """Unmake it."""
    drop("outbox", "submission", "audit_event")
    for name in ("announce_outbox", "viewer_staff_id", "london_today", "refuse_change"):
        op.execute(f"DROP FUNCTION {name}()")
