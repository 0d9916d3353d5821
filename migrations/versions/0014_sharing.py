"""Whether each member agrees that something is shared, and each decision to share or not to."""

from alembic import op

from migrations.rules import VISIBILITY_COLUMNS, append_only, drop, grant, own_name, protect

revision = "0014"
down_revision = "0013"

# What both have: the chronology entry that was made with it, and the same readers as that has.
COMMON = f"""
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  family_id bigint NOT NULL REFERENCES family,
  entry_id bigint NOT NULL,
  author text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  purpose text NOT NULL CHECK (purpose ~ '^[a-z_]+$'),
  basis text CHECK (basis ~ '^[a-z_]+$'),
  {VISIBILITY_COLUMNS},
  CHECK (author = ANY (readers)),
  FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id)
"""

TABLES = (
    # An answer about one purpose, and one organisation or, where that is empty, any. The latest
    # holds. `decided_by_id` and `decided_by` are both empty where the member answered in person.
    f"""
    CREATE TABLE consent (
      {COMMON},
      member_id bigint NOT NULL,
      organisation text NOT NULL DEFAULT '' CHECK (length(organisation) <= 200),
      state text NOT NULL
        CHECK (state IN ('asked', 'given', 'refused', 'withdrawn', 'not_asked_unsafe')),
      way text CHECK (way ~ '^[a-z_]+$'),
      words text NOT NULL DEFAULT '' CHECK (length(words) <= 2000),
      decided_by_id bigint,
      decided_by text NOT NULL DEFAULT '' CHECK (length(decided_by) <= 200),
      valid_until date,
      CHECK (decided_by_id IS NULL OR decided_by = ''),
      CHECK (valid_until IS NULL OR state = 'given'),
      CONSTRAINT consent_unsafe_is_protected
        CHECK (state <> 'not_asked_unsafe' OR visibility = 'protected'),
      FOREIGN KEY (member_id, family_id) REFERENCES member (id, family_id),
      FOREIGN KEY (decided_by_id, family_id) REFERENCES member (id, family_id)
    )""",
    "CREATE INDEX consent_family_idx ON consent (family_id)",
    "CREATE INDEX consent_series_idx ON consent (member_id, purpose, lower(organisation), id)",
    f"""
    CREATE TABLE disclosure (
      {COMMON},
      shared boolean NOT NULL,
      happened_on date NOT NULL CHECK (happened_on <= london_today()),
      organisation_kind text NOT NULL CHECK (organisation_kind ~ '^[a-z_]+$'),
      organisation text NOT NULL CHECK (length(organisation) BETWEEN 1 AND 200),
      person text NOT NULL DEFAULT '' CHECK (length(person) <= 200),
      what text NOT NULL CHECK (length(what) BETWEEN 1 AND 2000),
      reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 2000),
      CHECK ((basis IS NOT NULL) = shared),
      CONSTRAINT disclosure_has_reason
        CHECK (reason <> '' OR (shared AND basis = 'consent'))
    )""",
    "CREATE INDEX disclosure_family_idx ON disclosure (family_id, happened_on DESC, id DESC)",
)

# As far as whoever writes may know: what is hidden from them stands in nobody's way. The member is
# locked, so that of two answers at one time the second one sees the first.
GUARD = """
    CREATE FUNCTION guard_consent() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE latest text;
    BEGIN
      PERFORM FROM member WHERE id = NEW.member_id FOR UPDATE;
      SELECT state INTO latest FROM consent
      WHERE member_id = NEW.member_id AND purpose = NEW.purpose
        AND lower(organisation) = lower(NEW.organisation)
      ORDER BY id DESC LIMIT 1;
      IF (NEW.state = 'withdrawn' AND latest IS DISTINCT FROM 'given')
          OR (latest = 'given' AND NEW.state NOT IN ('given', 'withdrawn')) THEN
        RAISE EXCEPTION 'consent is withdrawn after it was given, and given until it is withdrawn'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_in_order';
      END IF;
      RETURN NEW;
    END $$"""

COMMON_GIVEN = "family_id, entry_id, author, purpose, basis, visibility, readers"
GIVEN = {
    "consent": "member_id, organisation, state, way, words, decided_by_id, decided_by, valid_until",
    "disclosure": "shared, happened_on, organisation_kind, organisation, person, what, reason",
}


def upgrade() -> None:
    """Make it."""
    for statement in (*TABLES, GUARD):
        op.execute(statement)
    for table, given in GIVEN.items():
        grant(table, f"SELECT, INSERT ({COMMON_GIVEN}, {given})")
        append_only(table)
        protect(table)
        own_name(table)
    op.execute(
        "CREATE TRIGGER consent_in_order BEFORE INSERT ON consent"
        " FOR EACH ROW EXECUTE FUNCTION guard_consent()"
    )


def downgrade() -> None:
    """Unmake it."""
    drop("disclosure", "consent")
    op.execute("DROP FUNCTION guard_consent()")
