"""A record opens, closes, opens again, splits and is joined to another; who outside works with it."""

from alembic import op

from migrations.rules import VISIBILITY_COLUMNS, drop, grant, own_name, protect

revision = "0012"
down_revision = "0011"

TABLES = (
    """
    ALTER TABLE family
      ADD joined_into_id bigint REFERENCES family,
      ADD CONSTRAINT family_joined_to_another CHECK (joined_into_id <> id),
      ADD split_from_id bigint REFERENCES family CHECK (split_from_id <> id),
      ADD CONSTRAINT family_joined_is_closed CHECK (joined_into_id IS NULL OR closed_on IS NOT NULL)""",
    "CREATE INDEX family_joined_idx ON family (joined_into_id) WHERE joined_into_id IS NOT NULL",
    """
    CREATE FUNCTION guard_join() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.joined_into_id IS NOT NULL AND (
          EXISTS (SELECT FROM family WHERE id = NEW.joined_into_id AND joined_into_id IS NOT NULL)
          OR EXISTS (SELECT FROM family WHERE joined_into_id = NEW.id)) THEN
        RAISE EXCEPTION 'a record is joined to one that stands by itself'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'family_joined_to_root';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE CONSTRAINT TRIGGER family_joined AFTER INSERT OR UPDATE OF joined_into_id ON family
       DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION guard_join()""",
    """
    CREATE TABLE open_period (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      family_id bigint NOT NULL REFERENCES family,
      started_on date NOT NULL DEFAULT london_today(),
      start_reason text NOT NULL CHECK (start_reason ~ '^[a-z_]+$'),
      start_words text NOT NULL DEFAULT '' CHECK (length(start_words) <= 2000),
      started_by text NOT NULL,
      ended_on date CHECK (ended_on >= started_on),
      end_reason text CHECK (end_reason ~ '^[a-z_]+$'),
      end_words text NOT NULL DEFAULT '' CHECK (length(end_words) <= 2000),
      ended_by text,
      CONSTRAINT open_period_end_is_whole CHECK (num_nulls(ended_on, end_reason, ended_by) IN (0, 3))
    )""",
    "CREATE UNIQUE INDEX open_period_one_open ON open_period (family_id) WHERE ended_on IS NULL",
    """
    INSERT INTO open_period (family_id, started_on, start_reason, started_by, ended_on, end_reason,
      ended_by)
    SELECT id, opened_on, 'new', 'task:migration', closed_on,
      CASE WHEN closed_on IS NOT NULL THEN 'other' END,
      CASE WHEN closed_on IS NOT NULL THEN 'task:migration' END FROM family""",
    """
    CREATE TABLE family_join (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      family_id bigint NOT NULL REFERENCES family,
      into_id bigint NOT NULL REFERENCES family CHECK (into_id <> family_id),
      reason text NOT NULL CHECK (reason ~ '^[a-z_]+$'),
      words text NOT NULL DEFAULT '' CHECK (length(words) <= 2000),
      joined_by bigint NOT NULL REFERENCES staff CHECK (joined_by = viewer_staff_id()),
      joined_at timestamptz NOT NULL DEFAULT now(),
      changed jsonb NOT NULL DEFAULT '{}',
      undone_by bigint REFERENCES staff,
      undone_at timestamptz,
      undo_words text NOT NULL DEFAULT '' CHECK (length(undo_words) <= 2000),
      CHECK ((undone_by IS NULL) = (undone_at IS NULL))
    )""",
    """CREATE UNIQUE INDEX family_join_one_standing ON family_join (family_id)
       WHERE undone_at IS NULL""",
    """ALTER TABLE team_member
       ADD uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
       ADD end_reason text NOT NULL DEFAULT '' CHECK (length(end_reason) <= 500)""",
    # Nobody works with a closed family. Each looks at the row that the other has changed.
    """
    CREATE FUNCTION guard_team() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE closed date;
    BEGIN
      IF NEW.ended_on IS NULL THEN
        SELECT closed_on INTO closed FROM family WHERE id = NEW.family_id FOR SHARE;
        IF closed IS NOT NULL THEN
          RAISE EXCEPTION 'a closed record has no team'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'team_of_open_family';
        END IF;
      END IF;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER team_member_guarded AFTER INSERT OR UPDATE ON team_member
       FOR EACH ROW EXECUTE FUNCTION guard_team()""",
    """
    CREATE FUNCTION guard_closing() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.closed_on IS NOT NULL
          AND EXISTS (SELECT FROM team_member WHERE family_id = NEW.id AND ended_on IS NULL) THEN
        RAISE EXCEPTION 'a closed record has no team'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'team_of_open_family';
      END IF;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER family_closing AFTER UPDATE OF closed_on ON family
       FOR EACH ROW EXECUTE FUNCTION guard_closing()""",
    f"""
    CREATE TABLE professional (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      family_id bigint NOT NULL REFERENCES family,
      entry_id bigint NOT NULL,
      author text NOT NULL CHECK (author = ANY (readers)),
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      role text NOT NULL CHECK (length(role) BETWEEN 1 AND 200),
      organisation text NOT NULL DEFAULT '' CHECK (length(organisation) <= 200),
      contact text NOT NULL DEFAULT '' CHECK (length(contact) <= 200),
      recorded_at timestamptz NOT NULL DEFAULT now(),
      started_on date NOT NULL DEFAULT london_today(),
      ended_on date CHECK (ended_on >= started_on),
      ended_by bigint REFERENCES staff,
      {VISIBILITY_COLUMNS},
      CHECK ((ended_on IS NULL) = (ended_by IS NULL)),
      FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id)
    )""",
    "CREATE INDEX professional_family_idx ON professional (family_id)",
)

MILESTONES = """
    CREATE OR REPLACE FUNCTION handoff_milestones(wanted bigint)
    RETURNS TABLE (first_visit timestamptz, plan_started timestamptz)
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql
    BEGIN ATOMIC
      SELECT min(e.happened_at) FILTER (WHERE e.kind = 'visit'),
        min(e.happened_at) FILTER (WHERE e.kind IN ('need', 'goal'))
      FROM handoff h
      JOIN handoff_stage s ON s.handoff_id = h.id AND s.stage = 'accepted'
      JOIN entry e ON e.family_id {records}
      WHERE h.id = wanted AND e.visibility = 'team'
        AND (e.happened_at AT TIME ZONE 'Europe/London')::date
          >= (s.recorded_at AT TIME ZONE 'Europe/London')::date
        AND NOT EXISTS (SELECT FROM entry later WHERE later.supersedes_id = e.id);
    END"""
"""The one of 0007, but for the records that the handoff's family is read with."""

# A record and those joined to it are read as one, by whoever may open it.
# OFFSET 0 has each hub's families looked up by index; asked for together, all families are read.
ACCESS = (
    """
    CREATE OR REPLACE FUNCTION managed_families() RETURNS bigint[] STABLE LANGUAGE sql
    BEGIN ATOMIC
      WITH own AS (
        SELECT f.id FROM unnest(managed_hubs()) hub CROSS JOIN LATERAL (
          SELECT id FROM family WHERE hub_id = hub AND joined_into_id IS NULL OFFSET 0
        ) f
      )
      SELECT coalesce(array_agg(own.id), '{}') || coalesce((
        SELECT array_agg(f.id) FROM family f JOIN own ON own.id = f.joined_into_id
        WHERE f.joined_into_id IS NOT NULL), '{}')
      FROM own;
    END""",
    """
    CREATE OR REPLACE FUNCTION open_families() RETURNS bigint[] STABLE LANGUAGE sql
    BEGIN ATOMIC
      WITH own AS (
        SELECT t.family_id FROM team_member t JOIN staff s ON s.id = t.staff_id
        WHERE s.id = viewer_staff_id() AND s.active AND t.started_on <= london_today()
          AND (t.ended_on IS NULL OR t.ended_on > london_today())
      ), reached AS (
        SELECT own.family_id FROM own
        UNION
        SELECT f.id FROM family f JOIN own ON own.family_id = f.joined_into_id
      )
      SELECT coalesce(array_agg(reached.family_id), '{}') || managed_families() FROM reached;
    END""",
    """
    CREATE FUNCTION records_of(wanted bigint) RETURNS bigint[] STABLE LANGUAGE sql
    BEGIN ATOMIC
      WITH root AS (SELECT coalesce(joined_into_id, id) AS id FROM family WHERE id = wanted)
      SELECT coalesce(array_agg(f.id ORDER BY f.joined_into_id NULLS FIRST, f.id), '{}')
      FROM family f, root WHERE f.id = root.id OR f.joined_into_id = root.id;
    END""",
    MILESTONES.format(records="= ANY (records_of(h.family_id))"),
)
ACCESS_BEFORE = (
    MILESTONES.format(records="= h.family_id"),
    """
    CREATE OR REPLACE FUNCTION managed_families() RETURNS bigint[] STABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT coalesce(array_agg(id), '{}') FROM family WHERE hub_id = ANY (managed_hubs());
    END""",
    """
    CREATE OR REPLACE FUNCTION open_families() RETURNS bigint[] STABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT coalesce(array_agg(t.family_id), '{}') || managed_families()
      FROM team_member t JOIN staff s ON s.id = t.staff_id
      WHERE s.id = viewer_staff_id() AND s.active AND t.started_on <= london_today()
        AND (t.ended_on IS NULL OR t.ended_on > london_today());
    END""",
)


def upgrade() -> None:
    """Make it."""
    for statement in (*TABLES, *ACCESS):
        op.execute(statement)
    grant("open_period", "SELECT, INSERT, UPDATE (ended_on, end_reason, end_words, ended_by)")
    grant("family_join", "SELECT, INSERT, UPDATE (undone_by, undone_at, undo_words)")
    grant("professional", "SELECT, INSERT, UPDATE (ended_on, ended_by)")
    protect("professional", updates=True)
    own_name("professional")


def downgrade() -> None:
    """Unmake it."""
    for statement in ACCESS_BEFORE:
        op.execute(statement)
    op.execute("DROP FUNCTION records_of(bigint)")
    drop("professional", "family_join", "open_period")
    op.execute("DROP TRIGGER team_member_guarded ON team_member")
    op.execute("DROP FUNCTION guard_team()")
    op.execute("ALTER TABLE team_member DROP COLUMN end_reason, DROP COLUMN uid")
    op.execute("DROP TRIGGER family_closing ON family")
    op.execute("DROP FUNCTION guard_closing()")
    op.execute("DROP TRIGGER family_joined ON family")
    op.execute("DROP FUNCTION guard_join()")
    op.execute("ALTER TABLE family DROP COLUMN joined_into_id, DROP COLUMN split_from_id")
