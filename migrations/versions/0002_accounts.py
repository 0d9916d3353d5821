"""Hubs, staff and the posts they hold."""

from alembic import op

from migrations.rules import drop, grant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make it."""
    op.execute("""
        CREATE TABLE hub (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          code text NOT NULL UNIQUE,
          name text NOT NULL UNIQUE,
          postcode_districts text[] NOT NULL
        )""")
    op.execute("""
        CREATE TABLE staff (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email text NOT NULL CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
          name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
          password_hash text NOT NULL,
          session_stamp text NOT NULL,
          active boolean NOT NULL DEFAULT true,
          created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE UNIQUE INDEX staff_email_key ON staff (lower(email))")
    op.execute("""
        CREATE TABLE post (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          staff_id bigint NOT NULL REFERENCES staff,
          role text NOT NULL CHECK (role IN ('key_worker', 'health_visitor', 'hub_manager',
            'specialist', 'service_lead', 'finance')),
          hub_id bigint REFERENCES hub,
          started_on date NOT NULL DEFAULT london_today(),
          ended_on date CHECK (ended_on >= started_on),
          CHECK (hub_id IS NOT NULL OR role NOT IN ('key_worker', 'hub_manager'))
        )""")
    op.execute(
        "CREATE UNIQUE INDEX post_current_key ON post (staff_id, role, coalesce(hub_id, 0))"
        " WHERE ended_on IS NULL"
    )
    op.execute("CREATE INDEX post_hub_idx ON post (hub_id, role)")
    op.execute("""
        CREATE FUNCTION managed_hubs() RETURNS bigint[] STABLE LANGUAGE sql
        BEGIN ATOMIC
          SELECT coalesce(array_agg(p.hub_id), '{}') FROM post p JOIN staff s ON s.id = p.staff_id
          WHERE s.id = viewer_staff_id() AND s.active AND p.role = 'hub_manager'
            AND (p.ended_on IS NULL OR p.ended_on > london_today());
        END""")
    for table in ("hub", "staff", "post"):
        grant(table, "SELECT, INSERT, UPDATE")


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP FUNCTION managed_hubs()")
    drop("post", "staff", "hub")
