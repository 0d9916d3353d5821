"""Legal holds, reviews of what has been kept long enough, and erasure that leaves the ledger whole.

The erasure itself is in `migrations/erasure.py`.
"""

from alembic import op

from migrations.erasure import (
    ERASE,
    ERASING,
    REFUSE,
    REFUSE_BEFORE,
    SHELLS,
    STEPS,
    WHOLE_AGAIN,
    WORKSHOP,
)
from migrations.rules import (
    LEAD,
    OFFICER,
    VIEWER,
    append_only,
    drop,
    erases,
    erases_no_more,
    force_row_security,
    grant,
    never_copied,
    not_barred,
    policy,
)

revision = "0023"
down_revision = "0022"

DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp"
TASK = f"{VIEWER} = 'task:retention'"
LOOKS_AFTER = f"({OFFICER} OR {LEAD} OR {TASK})"

TABLES = (
    """
    CREATE TABLE legal_hold (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      family_id bigint REFERENCES family,
      person_id bigint REFERENCES person,
      subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 80),
      reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
      reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
      placed_by bigint NOT NULL REFERENCES staff,
      placed_at timestamptz NOT NULL DEFAULT now(),
      look_again_on date NOT NULL,
      version bigint NOT NULL DEFAULT 1,
      lifted_by bigint REFERENCES staff,
      lifted_at timestamptz,
      lift_reason text NOT NULL DEFAULT '' CHECK (length(lift_reason) <= 500),
      CHECK (num_nonnulls(family_id, person_id) = 1),
      CHECK ((lifted_by IS NULL) = (lifted_at IS NULL) AND (lifted_by IS NULL) = (lift_reason = ''))
    )""",
    "CREATE INDEX legal_hold_family_idx ON legal_hold (family_id) WHERE lifted_at IS NULL",
    "CREATE INDEX legal_hold_person_idx ON legal_hold (person_id) WHERE lifted_at IS NULL",
    """
    CREATE TABLE retention_review (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      family_id bigint REFERENCES family,
      handoff_id bigint REFERENCES handoff,
      reference text NOT NULL,
      ended_on date NOT NULL,
      due_on date NOT NULL CHECK (due_on >= ended_on),
      record_class text NOT NULL CHECK (record_class ~ '^[a-z_]+$'),
      because text NOT NULL CHECK (length(because) BETWEEN 1 AND 200),
      policy_from date NOT NULL,
      added_at timestamptz NOT NULL DEFAULT now(),
      state text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'proposed', 'confirmed', 'kept', 'over')),
      version bigint NOT NULL DEFAULT 1,
      proposed_by bigint REFERENCES staff,
      proposed_at timestamptz,
      confirmed_by bigint REFERENCES staff,
      kept_by bigint REFERENCES staff,
      kept_until date,
      kept_reason text NOT NULL DEFAULT '' CHECK (length(kept_reason) <= 500),
      ended_at timestamptz,
      CHECK (num_nonnulls(family_id, handoff_id) = 1),
      CONSTRAINT retention_review_two_persons CHECK (confirmed_by <> proposed_by),
      CHECK ((state IN ('proposed', 'confirmed')) = (proposed_by IS NOT NULL)),
      CHECK ((state = 'confirmed') = (confirmed_by IS NOT NULL)),
      CHECK (num_nulls(proposed_by, proposed_at) IN (0, 2)),
      CHECK (num_nonnulls(kept_by, kept_until, nullif(kept_reason, '')) =
        CASE state WHEN 'kept' THEN 3 ELSE 0 END),
      CHECK ((state IN ('kept', 'over')) = (ended_at IS NOT NULL))
    )""",
    """CREATE UNIQUE INDEX retention_review_one_of_family ON retention_review (family_id)
       WHERE state IN ('open', 'proposed', 'confirmed')""",
    """CREATE UNIQUE INDEX retention_review_one_of_handoff ON retention_review (handoff_id)
       WHERE state IN ('open', 'proposed', 'confirmed')""",
    """
    CREATE TABLE erasure (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      reference text NOT NULL,
      with_references text[] NOT NULL,
      ended_on date NOT NULL,
      due_on date NOT NULL,
      record_class text NOT NULL,
      because text NOT NULL,
      policy_from date NOT NULL,
      proposed_by bigint NOT NULL REFERENCES staff,
      confirmed_by bigint NOT NULL REFERENCES staff CHECK (confirmed_by <> proposed_by),
      erased_at timestamptz NOT NULL DEFAULT now(),
      counts jsonb NOT NULL,
      list_sha256 bytea NOT NULL CHECK (length(list_sha256) = 32)
    )""",
)

GUARD = """
    CREATE FUNCTION guard_retention_review() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      step text := OLD.state || ' ' || NEW.state;
      me bigint := viewer_staff_id();
    BEGIN
      IF NEW.version = OLD.version + 1 AND (
        (me IS NULL AND step IN ('open over', 'proposed over'))
        OR (step = 'open proposed' AND NEW.proposed_by = me AND viewer_holds('information_officer'))
        OR (step = 'proposed confirmed' AND NEW.confirmed_by = me
          AND NEW.proposed_by = OLD.proposed_by)
        OR (step = 'proposed open' AND me IS NOT NULL)
        OR (step IN ('open kept', 'proposed kept') AND NEW.kept_by = me)
      ) THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'a review does not go from % to % like this', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'retention_review_order';
    END $$"""

GUARD_HOLD = """
    CREATE FUNCTION guard_legal_hold() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.lifted_at IS NOT NULL OR NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'a hold is lifted once'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_hold_lifted_once';
      END IF;
      RETURN NEW;
    END $$"""

IS_HELD = f"""
    CREATE FUNCTION is_held(families bigint[]) RETURNS boolean STABLE {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      SELECT EXISTS (SELECT FROM legal_hold h WHERE h.lifted_at IS NULL AND h.family_id = ANY (families))
        OR EXISTS (SELECT FROM legal_hold h JOIN person p ON p.id = h.person_id
          JOIN member m ON m.person_id IN (p.id, p.merged_into_id)
          WHERE h.lifted_at IS NULL AND m.family_id = ANY (families));
    END"""

# What a person who looks after holds may name: a record, or somebody by NHS number; none of which
# they are barred from.
HOLDABLE = f"""
    CREATE FUNCTION holdable(wanted text) RETURNS TABLE (family_id bigint, person_id bigint)
    {DEFINER} LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT viewer_holds('information_officer') THEN RETURN; END IF;
      INSERT INTO erasure_under_way DEFAULT VALUES;
      RETURN QUERY
      SELECT f.id, NULL::bigint FROM family f
      WHERE f.reference = wanted AND f.id <> ALL (barred_families())
      UNION ALL
      SELECT NULL, p.id FROM person p
      WHERE p.nhs_number = wanted AND NOT EXISTS (SELECT FROM member m
        WHERE m.person_id = p.id AND m.family_id = ANY (barred_families()));
      DELETE FROM erasure_under_way;
    END $$"""

# What the policy is to know of records that were closed by a day, or of one, which is locked with
# its people until the transaction ends.
FACTS = f"""
    CREATE FUNCTION retention_facts(closed_by date, wanted bigint, contact text[])
    RETURNS TABLE (family_id bigint, reference text, closed_on date, last_contact date,
      last_spent date, taken_up boolean, held boolean, put_off_until date, members jsonb)
    {DEFINER} LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    BEGIN
      IF {VIEWER} IS DISTINCT FROM 'task:retention' THEN
        RAISE insufficient_privilege;
      END IF;
      INSERT INTO erasure_under_way DEFAULT VALUES;
      IF wanted IS NOT NULL THEN
        PERFORM FROM family WHERE id = ANY (records_of(wanted)) ORDER BY id FOR UPDATE;
        PERFORM FROM person p WHERE p.id IN (SELECT m.person_id FROM member m
          WHERE m.family_id = ANY (records_of(wanted))) ORDER BY p.id FOR UPDATE;
      END IF;
      RETURN QUERY
      WITH root AS (
        SELECT f.id, f.reference, f.closed_on FROM family f
        WHERE f.joined_into_id IS NULL
          AND CASE WHEN wanted IS NULL THEN f.closed_on <= closed_by ELSE f.id = wanted END
      ), record AS (
        SELECT id AS root_id, id FROM root
        UNION ALL
        SELECT root.id, f.id FROM root JOIN family f ON f.joined_into_id = root.id
      ), talked AS (
        SELECT r.root_id, max((e.happened_at AT TIME ZONE 'Europe/London')::date) AS on_day
        FROM record r JOIN entry e ON e.family_id = r.id
        WHERE e.kind = ANY (contact) GROUP BY r.root_id
      ), money AS (
        SELECT r.root_id, max(coalesce(b.bought_on, (s.requested_at AT TIME ZONE 'Europe/London')::date))
          AS on_day
        FROM record r JOIN spend s ON s.family_id = r.id LEFT JOIN purchase b ON b.spend_id = s.id
        GROUP BY r.root_id
      ), place AS (
        SELECT r.root_id, m.person_id, jsonb_build_object('role', m.role, 'since', m.started_on,
          'until', m.ended_on, 'birth', p.birth, 'born', p.date_of_birth, 'died', p.died_on) AS facts
        FROM record r JOIN member m ON m.family_id = r.id JOIN person p ON p.id = m.person_id
      ), sent AS (
        SELECT r.root_id, bool_or(EXISTS (SELECT FROM handoff_stage t
          WHERE t.handoff_id = h.id AND t.stage = 'accepted')) AS accepted
        FROM record r JOIN handoff h ON h.family_id = r.id GROUP BY r.root_id
      )
      SELECT root.id, root.reference, root.closed_on, talked.on_day, money.on_day,
        coalesce(sent.accepted, true) OR talked.on_day IS NOT NULL OR money.on_day IS NOT NULL,
        EXISTS (SELECT FROM legal_hold h JOIN record r ON r.id = h.family_id
          WHERE r.root_id = root.id AND h.lifted_at IS NULL)
        OR EXISTS (SELECT FROM legal_hold h JOIN person p ON p.id = h.person_id
          JOIN place ON place.person_id IN (p.id, p.merged_into_id)
          WHERE place.root_id = root.id AND h.lifted_at IS NULL),
        (SELECT max(v.kept_until) FROM retention_review v JOIN record r ON r.id = v.family_id
          WHERE r.root_id = root.id AND v.state = 'kept'),
        coalesce((SELECT jsonb_agg(place.facts) FROM place WHERE place.root_id = root.id), '[]')
      FROM root LEFT JOIN talked ON talked.root_id = root.id
      LEFT JOIN money ON money.root_id = root.id LEFT JOIN sent ON sent.root_id = root.id;
      DELETE FROM erasure_under_way;
    END $$"""

HANDOFFS = f"""
    CREATE FUNCTION unallocated_handoffs(sent_by date)
    RETURNS TABLE (handoff_id bigint, reference text, sent_on date, record_class text,
      put_off_until date)
    {DEFINER} LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    BEGIN
      IF {VIEWER} IS DISTINCT FROM 'task:retention' THEN
        RAISE insufficient_privilege;
      END IF;
      INSERT INTO erasure_under_way DEFAULT VALUES;
      RETURN QUERY
      SELECT h.id, h.reference, (h.sent_at AT TIME ZONE 'Europe/London')::date,
        CASE WHEN h.author_id IS NULL THEN 'partner_request' ELSE 'handoff' END,
        (SELECT max(v.kept_until) FROM retention_review v
          WHERE v.handoff_id = h.id AND v.state = 'kept')
      FROM handoff h
      WHERE h.stage = 'sent' AND (h.sent_at AT TIME ZONE 'Europe/London')::date <= sent_by;
      DELETE FROM erasure_under_way;
    END $$"""

FUNCTIONS = (
    "guard_legal_hold()",
    "guard_retention_review()",
    "holdable(text)",
    "retention_facts(date, bigint, text[])",
    "unallocated_handoffs(date)",
    "erase_record(uuid)",
)
KNOWN = ("legal_hold", "family", "member", "person")
"""What functions that run as the owner read for a hold."""

SWEPT = {"alert": "resolved_at IS NOT NULL", "handoff_draft": "true"}
"""What goes by night when it is old, and which of its rows."""

ADDED = """family_id, handoff_id, reference, ended_on, due_on, record_class, because, policy_from"""
DECIDED = """state, version, proposed_by, proposed_at, confirmed_by, kept_by, kept_until, kept_reason,
  ended_at"""


def upgrade() -> None:
    """Make it."""
    for statement in (*WORKSHOP, ERASING, *TABLES, *SHELLS, REFUSE, GUARD, HOLDABLE, FACTS):
        op.execute(statement)
    for statement in (HANDOFFS, GUARD_HOLD, IS_HELD, ERASE):
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER retention_review_guarded BEFORE UPDATE ON retention_review"
        " FOR EACH ROW EXECUTE FUNCTION guard_retention_review()"
    )
    op.execute(
        "CREATE TRIGGER legal_hold_guarded BEFORE UPDATE ON legal_hold"
        " FOR EACH ROW EXECUTE FUNCTION guard_legal_hold()"
    )
    for turn, table, condition, sets in STEPS:
        erases(table, condition, turn=turn, sets=sets)
    for table in ("legal_hold", "retention_review", "erasure"):
        force_row_security(table)
    for table in KNOWN:
        op.execute(
            f"CREATE POLICY owner_retains ON {table} FOR SELECT TO CURRENT_USER USING (true)"
        )
    for table, aged in SWEPT.items():
        swept = f"{TASK} AND {aged}"
        policy(table, "swept_reads", "SELECT", using=swept)
        policy(table, "swept", "DELETE", using=swept)
    grant("alert", "DELETE")
    grant(
        "legal_hold",
        "SELECT, INSERT, UPDATE (look_again_on, version, lifted_by, lifted_at, lift_reason)",
    )
    policy("legal_hold", "reads", "SELECT", using=LOOKS_AFTER)
    policy(
        "legal_hold",
        "places",
        "INSERT",
        check=f"{OFFICER} AND placed_by = viewer_staff_id() AND lifted_by IS NULL",
    )
    policy(
        "legal_hold",
        "lifts",
        "UPDATE",
        using=OFFICER,
        check=f"{OFFICER} AND (lifted_by IS NULL OR lifted_by = viewer_staff_id())",
    )
    grant("retention_review", f"SELECT, INSERT ({ADDED}), UPDATE ({DECIDED})")
    policy("retention_review", "reads", "SELECT", using=LOOKS_AFTER)
    policy("retention_review", "adds", "INSERT", check=TASK)
    policy(
        "retention_review",
        "decides",
        "UPDATE",
        using=LOOKS_AFTER,
        check=LOOKS_AFTER,
    )
    for table in ("legal_hold", "retention_review"):
        not_barred(table)
    never_copied("legal_hold", "retention_review", "erasure")
    grant("erasure", "SELECT")
    append_only("erasure")
    policy("erasure", "reads", "SELECT", using=f"{OFFICER} OR {LEAD}")
    op.execute("CREATE POLICY certifies ON erasure TO CURRENT_USER USING ((SELECT erasing()))")


def downgrade() -> None:
    """Unmake it, of a database in which nothing was erased: what is gone does not come back."""
    for table in {table for _, table, *_ in STEPS}:
        erases_no_more(table)
    op.execute("REVOKE DELETE ON alert FROM keywork_app")
    for table in SWEPT:
        op.execute(f"DROP POLICY swept ON {table}")
        op.execute(f"DROP POLICY swept_reads ON {table}")
    op.execute("DROP FUNCTION is_held(bigint[])")
    for table in KNOWN:
        op.execute(f"DROP POLICY owner_retains ON {table}")
    drop("erasure", "retention_review", "legal_hold")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for statement in (REFUSE_BEFORE, *WHOLE_AGAIN):
        op.execute(statement)
    op.execute("DROP FUNCTION erasing()")
    drop("erasure_under_way", "erasure_step")
