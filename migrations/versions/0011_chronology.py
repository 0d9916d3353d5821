"""More to an entry: its domains, the next date, the child's voice, what it was towards; drafts."""

from alembic import op

from migrations.rules import VIEWER, append_only, drop, force_row_security, grant, policy, sees

revision = "0011"
down_revision = "0010"

ENTRY = (
    """
    ALTER TABLE entry
      ADD domains text[] NOT NULL DEFAULT '{}',
      ADD next_on date CONSTRAINT entry_next_within_a_year CHECK (
        supersedes_id IS NOT NULL OR next_on BETWEEN (recorded_at AT TIME ZONE 'Europe/London')::date
          AND (recorded_at AT TIME ZONE 'Europe/London')::date + 366),
      ADD words tsvector NOT NULL
        GENERATED ALWAYS AS (to_tsvector('english'::regconfig, text)) STORED""",
    """ALTER TABLE entry_subject
       ADD voice text NOT NULL DEFAULT '' CHECK (length(voice) <= 2000)""",
    "CREATE INDEX entry_next_idx ON entry (family_id, happened_at DESC) WHERE next_on IS NOT NULL",
    """
    CREATE TABLE significant_entry (
      entry_id bigint PRIMARY KEY,
      family_id bigint NOT NULL,
      author text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id)
    )""",
    "CREATE INDEX significant_entry_family_idx ON significant_entry (family_id)",
)

# What a visit was towards: seen by whoever sees both the entry and the goal or action. The goal may
# stand in another of the records that are read as one with the entry's.
TOWARDS = (
    """
    CREATE TABLE entry_goal (
      entry_id bigint NOT NULL,
      goal_id bigint NOT NULL,
      family_id bigint NOT NULL,
      PRIMARY KEY (entry_id, goal_id),
      FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id),
      FOREIGN KEY (goal_id) REFERENCES goal (id)
    )""",
    """
    CREATE TABLE entry_action (
      entry_id bigint NOT NULL,
      action_id bigint NOT NULL,
      family_id bigint NOT NULL,
      PRIMARY KEY (entry_id, action_id),
      FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id),
      FOREIGN KEY (action_id) REFERENCES action (id)
    )""",
    "CREATE INDEX entry_goal_goal_idx ON entry_goal (goal_id)",
    "CREATE INDEX entry_action_action_idx ON entry_action (action_id)",
)

DRAFT = """
    CREATE TABLE form_draft (
      viewer text NOT NULL CHECK (viewer LIKE 'staff:%'),
      path text NOT NULL CHECK (length(path) <= 300),
      content jsonb NOT NULL CHECK (pg_column_size(content) <= 200000),
      began_at timestamptz NOT NULL DEFAULT now(),
      saved_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (viewer, path)
    )"""


def of_the_record(table: str, parent: str) -> tuple[str, str]:
    """That what a visit was towards is of the record that the visit is in."""
    return (
        f"""
        CREATE FUNCTION {table}_is_of_the_record() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NOT EXISTS (SELECT FROM {parent} WHERE id = NEW.{parent}_id
            AND family_id = ANY (records_of(NEW.family_id))) THEN
            RAISE foreign_key_violation USING CONSTRAINT = '{table}_of_the_record',
              MESSAGE = 'it is of another record';
          END IF;
          RETURN NEW;
        END $$""",
        f"CREATE TRIGGER {table}_of_the_record BEFORE INSERT ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {table}_is_of_the_record()",
    )


def upgrade() -> None:
    """Make it."""
    for statement in (*ENTRY, *TOWARDS, DRAFT):
        op.execute(statement)
    grant("entry", "INSERT (domains, next_on)")
    grant("significant_entry", "SELECT, INSERT (entry_id, family_id, author), DELETE")
    force_row_security("significant_entry")
    seen = sees("significant_entry", "entry")
    policy("significant_entry", "reads", "SELECT", using=seen)
    policy("significant_entry", "writes", "INSERT", check=f"author = {VIEWER} AND {seen}")
    policy("significant_entry", "unmarks", "DELETE", using=seen)
    for table, parent in {"entry_goal": "goal", "entry_action": "action"}.items():
        grant(table)
        append_only(table)
        force_row_security(table)
        for statement in of_the_record(table, parent):
            op.execute(statement)
        seen = sees(table, "entry", parent)
        policy(table, "reads", "SELECT", using=seen)
        policy(table, "writes", "INSERT", check=seen)
    grant("form_draft", "SELECT, INSERT, UPDATE (content, saved_at), DELETE")
    force_row_security("form_draft")
    own = f"viewer = {VIEWER}"
    policy("form_draft", "own", "ALL", using=own, check=own)
    policy("form_draft", "swept", "ALL", using=f"{VIEWER} = 'task:families'")


def downgrade() -> None:
    """Unmake it."""
    drop("form_draft", "entry_action", "entry_goal", "significant_entry")
    for table in ("entry_goal", "entry_action"):
        op.execute(f"DROP FUNCTION {table}_is_of_the_record()")
    op.execute("ALTER TABLE entry_subject DROP COLUMN voice")
    op.execute("ALTER TABLE entry DROP COLUMN domains, DROP COLUMN next_on, DROP COLUMN words")
