"""Where members live, how each is reached, where they go to school and to whom they are registered."""

from alembic import op

from migrations.rules import VISIBILITY_COLUMNS, drop, grant, own_name, protect

revision = "0010"
down_revision = "0009"

# What each row has: whose it is, the chronology entry that says who wrote it, from when to when.
DATED = f"""
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  family_id bigint NOT NULL REFERENCES family,
  member_id bigint NOT NULL,
  entry_id bigint NOT NULL,
  author text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  started_on date NOT NULL
    CHECK (started_on <= (recorded_at AT TIME ZONE 'Europe/London')::date),
  ended_on date CHECK (ended_on >= started_on),
  ended_by bigint REFERENCES staff,
  {VISIBILITY_COLUMNS},
  CHECK (author = ANY (readers)),
  CHECK ((ended_on IS NULL) = (ended_by IS NULL)),
  FOREIGN KEY (member_id, family_id) REFERENCES member (id, family_id),
  FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id)
"""

TABLES = (
    # A postcode in its usual form, with one space. `place` is the address as it is compared: those
    # who share it at one time are a household.
    f"""
    CREATE TABLE residence (
      {DATED},
      kind text NOT NULL CHECK (kind IN ('home', 'temporary', 'refuge', 'placement', 'hospital',
        'prison', 'other')),
      address text NOT NULL CHECK (length(address) <= 500),
      postcode text NOT NULL
        CHECK (postcode ~ '^([A-Z]{{1,2}}[0-9][A-Z0-9]? [0-9][A-Z]{{2}})?$'),
      uprn text NOT NULL DEFAULT '' CHECK (uprn ~ '^[0-9]{{0,12}}$'),
      place text NOT NULL CHECK (length(place) BETWEEN 1 AND 600),
      CHECK (address <> '' OR postcode <> ''),
      CONSTRAINT residence_refuge_protected CHECK (kind <> 'refuge' OR visibility = 'protected')
    )""",
    f"""
    CREATE TABLE contact_point (
      {DATED},
      kind text NOT NULL CHECK (kind IN ('mobile', 'landline', 'email')),
      value text NOT NULL CHECK (length(value) BETWEEN 3 AND 254),
      may_call boolean NOT NULL,
      may_text boolean NOT NULL,
      may_leave_message boolean NOT NULL,
      may_write boolean NOT NULL,
      at_times text NOT NULL DEFAULT '' CHECK (length(at_times) <= 200),
      seen_by text NOT NULL DEFAULT '' CHECK (length(seen_by) <= 200),
      CHECK (CASE kind WHEN 'email' THEN value ~ '^[^ @]+@[^ @]+$' AND
        NOT (may_call OR may_text OR may_leave_message)
        ELSE value ~ '^[+]?[0-9 ]+$' AND NOT may_write END),
      CHECK (kind = 'mobile' OR NOT may_text),
      CHECK (may_call OR NOT may_leave_message)
    )""",
    f"""
    CREATE TABLE affiliation (
      {DATED},
      kind text NOT NULL CHECK (kind IN ('school', 'nursery', 'college', 'gp', 'dentist', 'work',
        'other')),
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200)
    )""",
    "CREATE INDEX residence_family_idx ON residence (family_id)",
    "CREATE INDEX residence_postcode_idx ON residence (postcode)",
    "CREATE INDEX contact_point_family_idx ON contact_point (family_id)",
    "CREATE INDEX affiliation_family_idx ON affiliation (family_id)",
)


def upgrade() -> None:
    """Make it."""
    for statement in TABLES:
        op.execute(statement)
    for table in ("residence", "contact_point", "affiliation"):
        grant(table, "SELECT, INSERT, UPDATE (ended_on, ended_by)")
        protect(table, updates=True)
        own_name(table)
        op.execute(
            f"CREATE POLICY ended_in_own_name ON {table} AS RESTRICTIVE FOR UPDATE USING (true)"
            " WITH CHECK (ended_by = viewer_staff_id() AND ended_on <= london_today())"
        )


def downgrade() -> None:
    """Unmake it."""
    drop("affiliation", "contact_point", "residence")
