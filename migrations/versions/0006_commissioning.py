"""Purses, spends, their purchases and receipts, and the dated approval policy."""

from alembic import op

from migrations.rules import (
    VIEWER,
    VISIBILITY_COLUMNS,
    append_only,
    drop,
    force_row_security,
    grant,
    policy,
    protect,
)

revision = "0006"
down_revision = "0005"

TABLES = (
    """
    CREATE TABLE policy_version (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      sha256 bytea NOT NULL UNIQUE CHECK (sha256 = sha256(convert_to(document, 'UTF8'))),
      valid_from date NOT NULL,
      document text NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now()
    )""",
    """
    CREATE TABLE purse (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      reference text NOT NULL UNIQUE CHECK (reference ~ '^P-[A-Z0-9-]+-[0-9]{4}$'),
      hub_id bigint NOT NULL REFERENCES hub,
      fund text NOT NULL CHECK (fund ~ '^[A-Z0-9]{2,8}$'),
      year bigint NOT NULL CHECK (year BETWEEN 2020 AND 2100),
      book_id bigint NOT NULL UNIQUE REFERENCES book,
      UNIQUE (hub_id, fund, year)
    )""",
    f"""
    CREATE TABLE spend (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      reference text NOT NULL UNIQUE CHECK (reference ~ '^S-[2-9A-Z]{{7}}$'),
      family_id bigint NOT NULL REFERENCES family,
      goal_id bigint NOT NULL,
      purse_id bigint NOT NULL REFERENCES purse,
      category text NOT NULL,
      what text NOT NULL CHECK (length(what) BETWEEN 1 AND 200),
      why text NOT NULL CHECK (length(why) BETWEEN 1 AND 2000),
      amount_pence bigint NOT NULL CHECK (amount_pence BETWEEN 1 AND 100000000),
      vat_pence bigint CHECK (vat_pence BETWEEN 0 AND amount_pence),
      paying text NOT NULL CHECK (paying IN ('card', 'claim', 'invoice', 'voucher')),
      needed_by date NOT NULL,
      requested_by bigint NOT NULL REFERENCES staff,
      requested_at timestamptz NOT NULL DEFAULT now(),
      state text NOT NULL DEFAULT 'reserved' CHECK (state IN ('reserved', 'waiting', 'approved',
        'bought', 'evidenced', 'declined', 'withdrawn', 'lapsed')),
      version bigint NOT NULL DEFAULT 1,
      policy_version_id bigint REFERENCES policy_version,
      fired jsonb NOT NULL DEFAULT '[]',
      decider_role text CHECK (decider_role IN ('hub_manager', 'service_lead')),
      decide_by timestamptz,
      lapse_at timestamptz,
      escalated_at timestamptz,
      decided_by bigint REFERENCES staff,
      decided_at timestamptz,
      decision_reason text NOT NULL DEFAULT '' CHECK (length(decision_reason) <= 2000),
      {VISIBILITY_COLUMNS},
      UNIQUE (id, family_id),
      FOREIGN KEY (goal_id, family_id) REFERENCES goal (id, family_id),
      CONSTRAINT spend_not_decided_by_asker CHECK (decided_by <> requested_by),
      CHECK (state IN ('reserved', 'withdrawn') OR policy_version_id IS NOT NULL),
      CHECK (state <> 'waiting'
        OR num_nulls(decider_role, decide_by, lapse_at) = 0 AND decided_by IS NULL),
      CHECK (state <> 'declined' OR (decided_by IS NOT NULL AND decision_reason <> '')),
      CHECK ((decided_at IS NULL) = (state IN ('reserved', 'waiting'))),
      CHECK ('staff:' || requested_by = ANY (readers))
    )""",
    "CREATE INDEX spend_family_idx ON spend (family_id, requested_at)",
    "CREATE INDEX spend_purse_idx ON spend (purse_id, id)",
    "CREATE INDEX spend_waiting_idx ON spend (decide_by) WHERE state = 'waiting'",
    """
    CREATE TABLE spend_member (
      spend_id bigint NOT NULL,
      family_id bigint NOT NULL,
      member_id bigint NOT NULL,
      PRIMARY KEY (spend_id, member_id),
      FOREIGN KEY (spend_id, family_id) REFERENCES spend (id, family_id),
      FOREIGN KEY (member_id, family_id) REFERENCES member (id, family_id)
    )""",
    """
    CREATE TABLE purchase (
      spend_id bigint PRIMARY KEY REFERENCES spend,
      paid_pence bigint NOT NULL CHECK (paid_pence > 0),
      vat_pence bigint CHECK (vat_pence BETWEEN 0 AND paid_pence),
      supplier text NOT NULL CHECK (length(supplier) BETWEEN 1 AND 200),
      bought_on date NOT NULL,
      recorded_by bigint NOT NULL REFERENCES staff CHECK (recorded_by = viewer_staff_id()),
      recorded_at timestamptz NOT NULL DEFAULT now()
    )""",
    """
    CREATE TABLE receipt (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      spend_id bigint NOT NULL REFERENCES spend,
      media_type text NOT NULL
        CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
      size_bytes bigint NOT NULL CHECK (size_bytes BETWEEN 1 AND 10485760),
      sha256 bytea NOT NULL,
      stored_name text NOT NULL UNIQUE CHECK (stored_name ~ '^[0-9a-f]{32}$'),
      recorded_by bigint NOT NULL REFERENCES staff CHECK (recorded_by = viewer_staff_id()),
      recorded_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT receipt_uploaded_once UNIQUE (spend_id, sha256)
    )""",
)

FUNCTIONS = (
    """
    CREATE FUNCTION viewer_holds(wanted text) RETURNS boolean STABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT EXISTS (SELECT FROM post p JOIN staff s ON s.id = p.staff_id
        WHERE s.id = viewer_staff_id() AND s.active AND p.role = wanted
          AND (p.ended_on IS NULL OR p.ended_on > london_today()));
    END""",
    # What may become of a spend, and that people ask and decide in their own name only.
    """
    CREATE FUNCTION guard_spend() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'reserved' OR NEW.requested_by IS DISTINCT FROM viewer_staff_id() THEN
          RAISE EXCEPTION 'a spend begins reserved, by the person who asks'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'spend_begins_reserved';
        END IF;
        RETURN NEW;
      END IF;
      IF NEW.version <> OLD.version + 1 OR (NEW.state <> OLD.state
          AND OLD.state || ' ' || NEW.state NOT IN (
            'reserved waiting', 'reserved approved', 'reserved withdrawn',
            'waiting approved', 'waiting declined', 'waiting withdrawn', 'waiting lapsed',
            'approved bought', 'approved withdrawn', 'bought evidenced')) THEN
        RAISE EXCEPTION 'a spend does not go from % to %', OLD.state, NEW.state
          USING ERRCODE = 'check_violation', CONSTRAINT = 'spend_transition';
      END IF;
      IF NEW.decided_by IS DISTINCT FROM OLD.decided_by
          AND (OLD.decided_by IS NOT NULL OR OLD.state <> 'waiting'
            OR NEW.decided_by IS DISTINCT FROM viewer_staff_id()) THEN
        RAISE EXCEPTION 'a spend is decided once, while it waits, by the person who decides'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'spend_decided_in_own_name';
      END IF;
      IF OLD.state = 'waiting' AND NEW.state IN ('approved', 'declined')
          AND NEW.decided_by IS DISTINCT FROM NEW.requested_by AND NOT (
          NEW.decided_by IS NOT DISTINCT FROM viewer_staff_id() AND (viewer_holds('service_lead')
            OR EXISTS (SELECT FROM purse
              WHERE id = NEW.purse_id AND hub_id = ANY (managed_hubs())))) THEN
        RAISE EXCEPTION 'what waits is decided by a person who may'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'spend_decided_by_decider';
      END IF;
      RETURN NEW;
    END $$""",
    """
    CREATE FUNCTION guard_purchase() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT EXISTS (SELECT FROM spend
          WHERE id = NEW.spend_id AND state IN ('approved', 'bought')) THEN
        RAISE EXCEPTION 'only what is approved is bought'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'purchase_of_approved_spend';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER purchase_guarded BEFORE INSERT ON purchase
       FOR EACH ROW EXECUTE FUNCTION guard_purchase()""",
    """CREATE TRIGGER spend_guarded BEFORE INSERT OR UPDATE ON spend
       FOR EACH ROW EXECUTE FUNCTION guard_spend()""",
)

# A line for a purse's list, without the family, what it was or why. The view reads as its owner,
# whom the policy `lines` shows every spend when finance or a service lead is looking; everyone
# else finds in it the spends they may read anyhow.
SPEND_LINE = """
    CREATE VIEW spend_line WITH (security_barrier) AS
    SELECT s.id, s.reference, s.purse_id,
      CASE s.visibility WHEN 'team' THEN s.category ELSE 'other' END AS category, s.state, s.amount_pence, s.requested_at,
      s.requested_by, s.decided_by, p.paid_pence,
      CASE s.visibility WHEN 'team' THEN p.supplier END AS supplier, p.bought_on
    FROM spend s LEFT JOIN purchase p ON p.spend_id = s.id"""

# Where the journal has each spend's money, for whoever may read the spend.
SPEND_HELD = """
    CREATE VIEW spend_held WITH (security_invoker) AS
    SELECT s.reference, s.state, s.amount_pence, b.paid_pence,
      coalesce(sum(p.pence) FILTER (WHERE a.kind = 'reserved'), 0) AS reserved,
      coalesce(sum(p.pence) FILTER (WHERE a.kind = 'committed'), 0) AS committed,
      coalesce(sum(p.pence) FILTER (WHERE a.kind = 'spent'), 0) AS spent,
      coalesce(bool_or(a.book_id <> u.book_id), false) AS elsewhere
    FROM spend s
    JOIN purse u ON u.id = s.purse_id
    LEFT JOIN purchase b ON b.spend_id = s.id
    LEFT JOIN journal_entry j ON j.reference = s.reference
    LEFT JOIN posting p ON p.entry_id = j.id
    LEFT JOIN account a ON a.id = p.account_id
    GROUP BY s.id, b.spend_id"""

SEES_PURSES = "(SELECT viewer_holds('finance') OR viewer_holds('service_lead'))"
LEADS = "decider_role = 'service_lead' AND (SELECT viewer_holds('service_lead'))"
TASK = f"{VIEWER} = 'task:commissioning'"
CHANGES = """state, version, policy_version_id, fired, decider_role, decide_by, lapse_at,
  escalated_at, decided_by, decided_at, decision_reason"""


def upgrade() -> None:
    """Make it."""
    for statement in (*TABLES, *FUNCTIONS):
        op.execute(statement)
    for table in ("policy_version", "purse", "spend_member", "purchase", "receipt"):
        grant(table)
        append_only(table)
    grant("spend", f"SELECT, INSERT, UPDATE ({CHANGES})")
    protect("spend", updates=True)
    for name, rule in (("leads", LEADS), ("task", TASK)):
        policy("spend", f"{name}_read", "SELECT", using=rule)
        policy("spend", f"{name}_change", "UPDATE", using=rule, check=rule)
    op.execute(f"CREATE POLICY lines ON spend FOR SELECT TO CURRENT_USER USING ({SEES_PURSES})")
    for table in ("spend_member", "purchase", "receipt"):
        sees = f"EXISTS (SELECT FROM spend WHERE spend.id = {table}.spend_id)"
        force_row_security(table)
        policy(table, "reads", "SELECT", using=sees)
        policy(table, "writes", "INSERT", check=sees)
    for name, view in (("spend_line", SPEND_LINE), ("spend_held", SPEND_HELD)):
        op.execute(view)
        grant(name, "SELECT")


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP VIEW spend_held")
    op.execute("DROP VIEW spend_line")
    drop("receipt", "purchase", "spend_member", "spend", "purse", "policy_version")
    op.execute("DROP FUNCTION guard_purchase()")
    op.execute("DROP FUNCTION guard_spend()")
    op.execute("DROP FUNCTION viewer_holds(text)")
