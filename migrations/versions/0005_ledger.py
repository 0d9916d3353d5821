"""The ledger: whole pence, double entry, append-only, sealed in a hash chain per book."""

from alembic import op

from migrations.rules import append_only, drop, grant

revision = "0005"
down_revision = "0004"

TABLES = (
    """
    CREATE TABLE book (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      label text NOT NULL UNIQUE
    )""",
    """
    CREATE TABLE account (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      book_id bigint NOT NULL REFERENCES book,
      kind text NOT NULL
        CHECK (kind IN ('allocated', 'available', 'reserved', 'committed', 'spent')),
      balance_pence bigint NOT NULL DEFAULT 0,
      UNIQUE (book_id, kind),
      CONSTRAINT account_not_overdrawn CHECK (kind = 'allocated' OR balance_pence >= 0)
    )""",
    """
    CREATE TABLE journal_entry (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      idempotency_key text NOT NULL UNIQUE,
      inputs_hash bytea NOT NULL,
      act text NOT NULL CHECK (act ~ '^[a-z_]+$'),
      reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 80),
      reverses_id bigint UNIQUE REFERENCES journal_entry,
      reason text NOT NULL DEFAULT '',
      recorded_by text NOT NULL CHECK (recorded_by = current_setting('keywork.viewer', true)),
      recorded_at timestamptz NOT NULL DEFAULT now(),
      written_in bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
      CHECK (reverses_id IS NULL OR reason <> '')
    )""",
    """
    CREATE TABLE posting (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      entry_id bigint NOT NULL REFERENCES journal_entry,
      account_id bigint NOT NULL REFERENCES account,
      pence bigint NOT NULL CHECK (pence <> 0),
      UNIQUE (entry_id, account_id)
    )""",
    "CREATE INDEX posting_account_idx ON posting (account_id, id)",
    "CREATE INDEX journal_entry_reference_idx ON journal_entry (reference)",
    """
    CREATE TABLE chain_link (
      book_id bigint NOT NULL REFERENCES book,
      sequence bigint NOT NULL,
      entry_id bigint NOT NULL REFERENCES journal_entry,
      hash bytea NOT NULL,
      PRIMARY KEY (book_id, sequence),
      UNIQUE (entry_id, book_id)
    )""",
)

FUNCTIONS = (
    # The facts of an entry as one text, so that any change to any of them changes the hash.
    """
    CREATE FUNCTION entry_hash(previous bytea, entry bigint) RETURNS bytea STABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT sha256(previous || convert_to(jsonb_build_array(
          j.id, j.idempotency_key, encode(j.inputs_hash, 'hex'), j.act, j.reference, j.reverses_id,
          j.reason, j.recorded_by, extract(epoch FROM j.recorded_at),
          (SELECT jsonb_agg(jsonb_build_array(p.account_id, p.pence) ORDER BY p.account_id)
             FROM posting p WHERE p.entry_id = j.id))::text, 'UTF8'))
      FROM journal_entry j WHERE j.id = entry;
    END""",
    """
    CREATE FUNCTION apply_posting() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      PERFORM FROM journal_entry
        WHERE id = NEW.entry_id AND written_in = pg_current_xact_id()::text::bigint;
      -- Constraints can be made to check early: an entry that is sealed is finished all the same.
      IF NOT FOUND OR EXISTS (SELECT FROM chain_link WHERE entry_id = NEW.entry_id) THEN
        RAISE EXCEPTION 'an entry takes postings only in the transaction that writes it'
          USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posting_with_its_entry';
      END IF;
      UPDATE account SET balance_pence = balance_pence + NEW.pence WHERE id = NEW.account_id;
      RETURN NULL;
    END $$""",
    """
    CREATE FUNCTION seal_entry() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      touched bigint;
      last chain_link;
    BEGIN
      IF (SELECT count(*) < 2 OR sum(pence) <> 0 FROM posting WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'the postings of entry % do not sum to zero', NEW.id
          USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
      END IF;
      FOR touched IN
        SELECT DISTINCT a.book_id FROM posting p JOIN account a ON a.id = p.account_id
        WHERE p.entry_id = NEW.id ORDER BY a.book_id
      LOOP
        PERFORM FROM book WHERE id = touched FOR UPDATE;
        SELECT * INTO last FROM chain_link WHERE book_id = touched
          ORDER BY sequence DESC LIMIT 1;
        INSERT INTO chain_link (book_id, sequence, entry_id, hash)
        VALUES (touched, coalesce(last.sequence, 0) + 1, NEW.id,
          entry_hash(coalesce(last.hash, '\\x'::bytea), NEW.id));
      END LOOP;
      RETURN NULL;
    END $$""",
)

TRIGGERS = (
    """CREATE TRIGGER posting_applied AFTER INSERT ON posting
       FOR EACH ROW EXECUTE FUNCTION apply_posting()""",
    """CREATE CONSTRAINT TRIGGER journal_entry_sealed AFTER INSERT ON journal_entry
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION seal_entry()""",
)


def upgrade() -> None:
    """Make it."""
    for statement in (*TABLES, *FUNCTIONS, *TRIGGERS):
        op.execute(statement)
    grant("book", "SELECT, INSERT (label)")
    grant("account", "SELECT, INSERT (book_id, kind)")
    grant(
        "journal_entry",
        "SELECT, INSERT (idempotency_key, inputs_hash, act, reference, reverses_id, reason,"
        " recorded_by)",
    )
    grant("posting", "SELECT, INSERT (entry_id, account_id, pence)")
    grant("chain_link", "SELECT")
    for table in ("journal_entry", "posting", "chain_link"):
        append_only(table)


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP FUNCTION entry_hash(bytea, bigint)")
    drop("chain_link", "posting", "journal_entry", "account", "book")
    for function in ("seal_entry()", "apply_posting()"):
        op.execute(f"DROP FUNCTION {function}")
