"""The family record: persons, members, team, safe contact, and the chronology with its filter."""

from alembic import op

from migrations.rules import (
    VISIBILITY_COLUMNS,
    append_only,
    drop,
    force_row_security,
    grant,
    policy,
    protect,
)

revision = "0003"
down_revision = "0002"

FAMILY = (
    "CREATE SEQUENCE family_reference",
    """
    CREATE TABLE family (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      reference text NOT NULL UNIQUE
        DEFAULT 'KW-' || lpad(nextval('family_reference')::text, 4, '0'),
      hub_id bigint NOT NULL REFERENCES hub,
      opened_on date NOT NULL DEFAULT london_today(),
      closed_on date CHECK (closed_on >= opened_on)
    )""",
    "CREATE INDEX family_hub_idx ON family (hub_id)",
    """
    CREATE FUNCTION nhs_number_is_valid(number text) RETURNS boolean IMMUTABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT number ~ '^[0-9]{10}$' AND (
        SELECT (11 - sum(substr(number, i, 1)::int * (11 - i)) % 11) % 11
        FROM generate_series(1, 9) i
      ) = substr(number, 10, 1)::int;
    END""",
    """
    CREATE TABLE person (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      given_name text NOT NULL CHECK (length(given_name) BETWEEN 1 AND 200),
      family_name text NOT NULL CHECK (length(family_name) BETWEEN 1 AND 200),
      date_of_birth date CHECK (date_of_birth > '1900-01-01'),
      nhs_number text UNIQUE CHECK (nhs_number_is_valid(nhs_number)),
      name_key text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX person_name_key_idx ON person (date_of_birth, name_key)",
    """
    CREATE TABLE member (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      family_id bigint NOT NULL REFERENCES family,
      person_id bigint NOT NULL REFERENCES person,
      role text NOT NULL CHECK (role IN ('parent', 'child', 'other_adult',
        'non_resident_parent', 'unborn')),
      started_on date NOT NULL DEFAULT london_today(),
      ended_on date CHECK (ended_on >= started_on),
      UNIQUE (id, family_id)
    )""",
    """CREATE UNIQUE INDEX member_current_key ON member (family_id, person_id)
       WHERE ended_on IS NULL""",
    "CREATE INDEX member_person_idx ON member (person_id)",
    """
    CREATE TABLE team_member (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      family_id bigint NOT NULL REFERENCES family,
      staff_id bigint NOT NULL REFERENCES staff,
      role text NOT NULL CHECK (role IN ('key_worker', 'specialist', 'health_visitor', 'other')),
      started_on date NOT NULL DEFAULT london_today(),
      ended_on date CHECK (ended_on >= started_on)
    )""",
    """CREATE UNIQUE INDEX team_member_one_key_worker ON team_member (family_id)
       WHERE role = 'key_worker' AND ended_on IS NULL""",
    """CREATE UNIQUE INDEX team_member_current_key ON team_member (family_id, staff_id)
       WHERE ended_on IS NULL""",
    "CREATE INDEX team_member_staff_idx ON team_member (staff_id)",
)

ACCESS = (
    """
    CREATE FUNCTION managed_families() RETURNS bigint[] STABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT coalesce(array_agg(id), '{}') FROM family WHERE hub_id = ANY (managed_hubs());
    END""",
    """
    CREATE FUNCTION open_families() RETURNS bigint[] STABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT coalesce(array_agg(t.family_id), '{}') || managed_families()
      FROM team_member t JOIN staff s ON s.id = t.staff_id
      WHERE s.id = viewer_staff_id() AND s.active AND t.started_on <= london_today()
        AND (t.ended_on IS NULL OR t.ended_on > london_today());
    END""",
)

RECORD = (
    """
    CREATE TABLE safe_contact (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      family_id bigint NOT NULL REFERENCES family,
      may_call boolean NOT NULL,
      may_text boolean NOT NULL,
      may_leave_message boolean NOT NULL,
      may_write boolean NOT NULL,
      advice text NOT NULL DEFAULT '' CHECK (length(advice) <= 500),
      recorded_by bigint REFERENCES staff,
      recorded_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX safe_contact_family_idx ON safe_contact (family_id, id)",
    f"""
    CREATE TABLE entry (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      family_id bigint NOT NULL REFERENCES family,
      kind text NOT NULL,
      happened_at timestamptz NOT NULL,
      minutes int CHECK (minutes BETWEEN 1 AND 1440),
      recorded_at timestamptz NOT NULL DEFAULT now(),
      author text NOT NULL CHECK (author = current_setting('keywork.viewer', true)),
      source text NOT NULL CHECK (source IN ('own_observation', 'family', 'partner', 'system')),
      source_name text NOT NULL DEFAULT '' CHECK (length(source_name) <= 200),
      text text NOT NULL CHECK (length(text) BETWEEN 1 AND 20000),
      supersedes_id bigint UNIQUE,
      correction_reason text,
      {VISIBILITY_COLUMNS},
      CHECK ((supersedes_id IS NULL) = (correction_reason IS NULL)),
      CHECK (author = ANY (readers)),
      CHECK (happened_at <= recorded_at + interval '1 day'),
      UNIQUE (id, family_id),
      FOREIGN KEY (supersedes_id, family_id) REFERENCES entry (id, family_id)
    )""",
    "CREATE INDEX entry_chronology_idx ON entry (family_id, happened_at DESC, id DESC)",
    """
    CREATE TABLE entry_subject (
      entry_id bigint NOT NULL,
      family_id bigint NOT NULL,
      member_id bigint NOT NULL,
      seen boolean NOT NULL DEFAULT false,
      seen_alone boolean NOT NULL DEFAULT false CHECK (seen OR NOT seen_alone),
      PRIMARY KEY (entry_id, member_id),
      FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id),
      FOREIGN KEY (member_id, family_id) REFERENCES member (id, family_id)
    )""",
    "CREATE INDEX entry_subject_member_idx ON entry_subject (member_id)",
)

# All but the ids and the times of recording, which are the database's own.
ENTRY_GIVEN = """uid, family_id, kind, happened_at, minutes, author, source, source_name, text,
  supersedes_id, correction_reason, visibility, readers"""
CONTACT_GIVEN = """family_id, may_call, may_text, may_leave_message, may_write, advice,
  recorded_by"""

OPENS_FAMILY = "family_id = ANY ((SELECT open_families())::bigint[])"
SEES_ENTRY = "EXISTS (SELECT FROM entry WHERE entry.id = entry_subject.entry_id)"


def upgrade() -> None:
    """Make it."""
    for statement in (*FAMILY, *ACCESS, *RECORD):
        op.execute(statement)
    grant("SEQUENCE family_reference", "USAGE")
    for table in ("family", "person", "member", "team_member"):
        grant(table, "SELECT, INSERT, UPDATE")
    for table in ("safe_contact", "entry", "entry_subject"):
        append_only(table)
    grant("entry", f"SELECT, INSERT ({ENTRY_GIVEN})")
    grant("safe_contact", f"SELECT, INSERT ({CONTACT_GIVEN})")
    grant("entry_subject")
    protect("entry")
    force_row_security("safe_contact")
    policy("safe_contact", "reads", "SELECT", using=OPENS_FAMILY)
    policy("safe_contact", "writes", "INSERT", check=OPENS_FAMILY)
    force_row_security("entry_subject")
    policy("entry_subject", "reads", "SELECT", using=SEES_ENTRY)
    policy("entry_subject", "writes", "INSERT", check=SEES_ENTRY)


def downgrade() -> None:
    """Unmake it."""
    drop("entry_subject", "entry", "safe_contact")
    op.execute("DROP FUNCTION open_families()")
    op.execute("DROP FUNCTION managed_families()")
    drop("team_member", "member", "person", "family")
    op.execute("DROP FUNCTION nhs_number_is_valid(text)")
    op.execute("DROP SEQUENCE family_reference")
