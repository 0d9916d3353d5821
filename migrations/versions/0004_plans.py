"""The whole-family plan: needs and their severity, goals and their scores, actions."""

from alembic import op

from migrations.rules import (
    VISIBILITY_COLUMNS,
    append_only,
    drop,
    force_row_security,
    grant,
    own_name,
    policy,
    protect,
    sees,
)

revision = "0004"
down_revision = "0003"

# What each row of a plan has: its family, and the chronology entry that says who made it and when.
ROW = """
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  family_id bigint NOT NULL REFERENCES family,
  entry_id bigint NOT NULL,
  author text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id)
"""
SEEN_BY_READERS = f"""
  uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  {VISIBILITY_COLUMNS},
  CHECK (author = ANY (readers)),
  UNIQUE (id, family_id)
"""

TABLES = (
    f"""
    CREATE TABLE need (
      {ROW}, {SEEN_BY_READERS},
      member_id bigint NOT NULL,
      domain text NOT NULL CHECK (domain ~ '^[a-z_]+$'),
      type text NOT NULL CHECK (type ~ '^[a-z_]*$'),
      words text NOT NULL CHECK (length(words) <= 2000),
      FOREIGN KEY (member_id, family_id) REFERENCES member (id, family_id)
    )""",
    f"""
    CREATE TABLE need_severity (
      {ROW},
      need_id bigint NOT NULL,
      number int NOT NULL CHECK (number >= 1),
      severity int NOT NULL CHECK (severity BETWEEN 0 AND 3),
      CONSTRAINT need_severity_turn UNIQUE (need_id, number),
      FOREIGN KEY (need_id, family_id) REFERENCES need (id, family_id)
    )""",
    f"""
    CREATE TABLE goal (
      {ROW}, {SEEN_BY_READERS},
      words text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
      baseline int NOT NULL CHECK (baseline BETWEEN 0 AND 10)
    )""",
    """
    CREATE TABLE goal_need (
      goal_id bigint NOT NULL,
      need_id bigint NOT NULL,
      family_id bigint NOT NULL,
      PRIMARY KEY (goal_id, need_id),
      FOREIGN KEY (goal_id, family_id) REFERENCES goal (id, family_id),
      FOREIGN KEY (need_id, family_id) REFERENCES need (id, family_id)
    )""",
    f"""
    CREATE TABLE goal_score (
      {ROW},
      goal_id bigint NOT NULL,
      number int NOT NULL CHECK (number >= 1),
      score int NOT NULL CHECK (score BETWEEN 0 AND 10),
      CONSTRAINT goal_score_turn UNIQUE (goal_id, number),
      FOREIGN KEY (goal_id, family_id) REFERENCES goal (id, family_id)
    )""",
    f"""
    CREATE TABLE action (
      {ROW}, {SEEN_BY_READERS},
      goal_id bigint NOT NULL,
      words text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
      staff_id bigint REFERENCES staff,
      member_id bigint,
      partner_name text CHECK (length(partner_name) BETWEEN 1 AND 200),
      due_on date NOT NULL,
      done_on date,
      done_by bigint REFERENCES staff,
      CHECK (num_nonnulls(staff_id, member_id, partner_name) = 1),
      CHECK ((done_on IS NULL) = (done_by IS NULL)),
      FOREIGN KEY (goal_id, family_id) REFERENCES goal (id, family_id),
      FOREIGN KEY (member_id, family_id) REFERENCES member (id, family_id)
    )""",
    "CREATE INDEX need_family_idx ON need (family_id)",
    "CREATE INDEX goal_family_idx ON goal (family_id)",
    "CREATE INDEX goal_need_need_idx ON goal_need (need_id)",
    "CREATE INDEX action_family_idx ON action (family_id)",
    "CREATE INDEX action_goal_idx ON action (goal_id)",
    "CREATE INDEX action_open_idx ON action (due_on) WHERE done_on IS NULL",
)


def upgrade() -> None:
    """Make it."""
    for statement in TABLES:
        op.execute(statement)
    for table in ("need", "goal"):
        grant(table)
        append_only(table)
        protect(table)
    for table, parents in {
        "need_severity": ("need",),
        "goal_score": ("goal",),
        "goal_need": ("goal", "need"),
    }.items():
        grant(table)
        append_only(table)
        force_row_security(table)
        policy(table, "reads", "SELECT", using=sees(table, *parents))
        policy(table, "writes", "INSERT", check=sees(table, *parents))
    grant("action", "SELECT, INSERT, UPDATE (done_on, done_by)")
    protect("action", updates=True)
    for table in ("need", "need_severity", "goal", "goal_score", "action"):
        own_name(table)
    op.execute(
        "CREATE POLICY done_in_own_name ON action AS RESTRICTIVE FOR UPDATE USING (true)"
        " WITH CHECK (done_by = viewer_staff_id())"
    )


def downgrade() -> None:
    """Unmake it."""
    drop("action", "goal_score", "goal_need", "goal", "need_severity", "need")
