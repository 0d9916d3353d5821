"""Which uploaded files are kept, and the documents of a family."""

from alembic import op

from migrations.rules import VISIBILITY_COLUMNS, append_only, drop, grant, own_name, protect

revision = "0013"
down_revision = "0012"

# A name that says nothing; so that whatever no row names can be removed by whoever may see no row.
STORED_FILE = """
    CREATE TABLE stored_file (
      name text PRIMARY KEY CHECK (name ~ '^[0-9a-f]{32}$'),
      scan text NOT NULL CHECK (scan IN ('clean', 'not_scanned')),
      kept_at timestamptz NOT NULL DEFAULT now()
    )"""

# The owner obeys the filter too, except for as long as this takes.
RECEIPTS = (
    "ALTER TABLE receipt NO FORCE ROW LEVEL SECURITY",
    """INSERT INTO stored_file (name, scan, kept_at)
       SELECT stored_name, 'not_scanned', recorded_at FROM receipt""",
    """ALTER TABLE receipt ADD CONSTRAINT receipt_stored_file
       FOREIGN KEY (stored_name) REFERENCES stored_file (name)""",
    "ALTER TABLE receipt FORCE ROW LEVEL SECURITY",
)

DOCUMENT = (
    f"""
    CREATE TABLE document (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      family_id bigint NOT NULL REFERENCES family,
      entry_id bigint NOT NULL UNIQUE,
      author text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
      media_type text NOT NULL CHECK (media_type ~ '^[a-z]+/[a-z0-9.-]+$'),
      size_bytes bigint NOT NULL CHECK (size_bytes BETWEEN 1 AND 20971520),
      sha256 bytea NOT NULL CHECK (length(sha256) = 32),
      stored_name text NOT NULL UNIQUE REFERENCES stored_file (name),
      {VISIBILITY_COLUMNS},
      CHECK (author = ANY (readers)),
      FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id)
    )""",
    "CREATE INDEX document_family_idx ON document (family_id, id DESC)",
)

DOCUMENT_GIVEN = """family_id, entry_id, author, title, media_type, size_bytes, sha256, stored_name,
  visibility, readers"""


def upgrade() -> None:
    """Make it."""
    for statement in (STORED_FILE, *RECEIPTS, *DOCUMENT):
        op.execute(statement)
    for table in ("stored_file", "document"):
        append_only(table)
    grant("stored_file", "SELECT, INSERT (name, scan)")
    grant("document", f"SELECT, INSERT ({DOCUMENT_GIVEN})")
    protect("document")
    own_name("document")


def downgrade() -> None:
    """Unmake it."""
    op.execute("ALTER TABLE receipt DROP CONSTRAINT receipt_stored_file")
    drop("document", "stored_file")
