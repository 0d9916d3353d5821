"""Erasure: what it does to each table, and the one function that does it.

What becomes of the rows of a table is a row of `erasure_step`; a migration that adds a table which
hangs on a family, a person or a handoff says so with `rules.erases`. Only `erase_record` removes
anything: for as long as it runs, a row in `erasure_under_way`, which no other transaction sees and
the application role cannot write, opens the tables to their owner.
"""

from migrations.rules import APP, VIEWER

DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp"

WORKSHOP = (
    """
    CREATE TABLE erasure_step (
      turn int NOT NULL,
      table_name text NOT NULL,
      condition text NOT NULL,
      sets text NOT NULL,
      PRIMARY KEY (turn, table_name)
    )""",
    "CREATE TABLE erasure_under_way (began_at timestamptz NOT NULL DEFAULT now())",
    "ALTER TABLE erasure_step ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE erasure_under_way ENABLE ROW LEVEL SECURITY",
)
"""Tables of the owner alone, whom row security that is not forced leaves free."""

SHELLS = (
    """
    ALTER TABLE spend
      ADD erased_at timestamptz,
      ALTER family_id DROP NOT NULL,
      ALTER goal_id DROP NOT NULL,
      DROP CONSTRAINT spend_what_check,
      DROP CONSTRAINT spend_why_check,
      DROP CONSTRAINT spend_check3,
      ADD CONSTRAINT spend_is_of_a_family CHECK ((erased_at IS NULL) = (family_id IS NOT NULL)
        AND (erased_at IS NULL) = (goal_id IS NOT NULL)),
      ADD CONSTRAINT spend_words CHECK (CASE WHEN erased_at IS NULL
        THEN length(what) BETWEEN 1 AND 200 AND length(why) BETWEEN 1 AND 2000
          AND (state <> 'declined' OR decision_reason <> '')
        ELSE what = '' AND why = '' AND decision_reason = '' END),
      ADD CONSTRAINT spend_declined_by CHECK (state <> 'declined' OR decided_by IS NOT NULL)""",
    """
    ALTER TABLE purchase
      ADD erased_at timestamptz,
      DROP CONSTRAINT purchase_supplier_check,
      ADD CONSTRAINT purchase_supplier CHECK (CASE WHEN erased_at IS NULL
        THEN length(supplier) BETWEEN 1 AND 200 ELSE supplier = '' END)""",
    # Nobody but the task that proves the books and the purse's list reads what is left of a spend.
    f"""CREATE POLICY whole ON spend AS RESTRICTIVE FOR SELECT TO {APP}
        USING (erased_at IS NULL OR {VIEWER} = 'task:commissioning')""",
    f"""CREATE POLICY begins_whole ON spend AS RESTRICTIVE FOR INSERT TO {APP}
        WITH CHECK (erased_at IS NULL)""",
    f"""CREATE POLICY begins_whole ON purchase AS RESTRICTIVE FOR INSERT TO {APP}
        WITH CHECK (erased_at IS NULL)""",
)

WHOLE_AGAIN = (
    "DROP POLICY whole ON spend",
    "DROP POLICY begins_whole ON spend",
    "DROP POLICY begins_whole ON purchase",
    """
    ALTER TABLE purchase DROP CONSTRAINT purchase_supplier, DROP erased_at,
      ADD CONSTRAINT purchase_supplier_check CHECK (length(supplier) BETWEEN 1 AND 200)""",
    """
    ALTER TABLE spend DROP CONSTRAINT spend_is_of_a_family, DROP CONSTRAINT spend_words,
      DROP CONSTRAINT spend_declined_by, DROP erased_at,
      ALTER family_id SET NOT NULL, ALTER goal_id SET NOT NULL,
      ADD CONSTRAINT spend_what_check CHECK (length(what) BETWEEN 1 AND 200),
      ADD CONSTRAINT spend_why_check CHECK (length(why) BETWEEN 1 AND 2000),
      ADD CONSTRAINT spend_check3
        CHECK (state <> 'declined' OR (decided_by IS NOT NULL AND decision_reason <> ''))""",
)
"""For a database in which nothing was erased: what is gone does not come back."""

ERASING = f"""
    CREATE FUNCTION erasing() RETURNS boolean STABLE {DEFINER} LANGUAGE sql
    BEGIN ATOMIC SELECT EXISTS (SELECT FROM erasure_under_way); END"""

# A setting would do for the owner, and could be made by anyone; the row can be written by none.
REFUSE = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_user = (SELECT relowner::regrole::name FROM pg_class WHERE oid = TG_RELID)
          AND erasing() THEN
        IF EXISTS (SELECT FROM erasure_step WHERE table_name = TG_TABLE_NAME
            AND TG_OP = CASE sets WHEN '' THEN 'DELETE' ELSE 'UPDATE' END) THEN
          RETURN NULL;
        END IF;
      END IF;
      RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
    END $$"""
REFUSE_BEFORE = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
    END $$"""

OF_FAMILY = "family_id = ANY ($1)"
OF_PERSON = "person_id = ANY ($3)"
OF_HANDOFF = "handoff_id = ANY ($4)"
ASKED = "person_id = ANY ($3) AND state IN ('answered', 'refused')"
OF_REQUEST = f"request_id IN (SELECT id FROM access_request WHERE {ASKED})"
OF_SPEND = f"spend_id IN (SELECT id FROM spend WHERE {OF_FAMILY})"
ELSEWHERE = """FROM person p JOIN member m ON m.person_id = coalesce(p.merged_into_id, p.id)
  WHERE p.id = conflict_of_interest.person_id AND m.family_id <> ALL ($1)"""
NAMED = """SELECT reference FROM family WHERE id = ANY ($1)
  UNION ALL SELECT reference FROM spend WHERE family_id = ANY ($1)
  UNION ALL SELECT reference FROM handoff WHERE id = ANY ($4)"""

TYPED = f"EXISTS (SELECT FROM ({NAMED}) n WHERE {{}} ~ ('/' || n.reference || '([/?]|$)'))"

LEAVES = (
    "copy",
    "entry_subject",
    "significant_entry",
    "need_severity",
    "goal_score",
    "goal_need",
    "spend_member",
    "consent",
    "disclosure",
    "document",
    "residence",
    "contact_point",
    "affiliation",
    "professional",
    "safe_contact",
    "team_member",
    "open_period",
    "cover",
    "break_glass",
)

STEPS = (
    *((1, table, OF_FAMILY, "") for table in LEAVES),
    (1, "entry_goal", f"{OF_FAMILY} OR goal_id IN (SELECT id FROM goal WHERE {OF_FAMILY})", ""),
    (
        1,
        "entry_action",
        f"{OF_FAMILY} OR action_id IN (SELECT id FROM action WHERE {OF_FAMILY})",
        "",
    ),
    (1, "family_join", f"{OF_FAMILY} OR into_id = ANY ($1)", ""),
    (1, "member_past_role", "member_id = ANY ($2)", ""),
    (1, "person_name", OF_PERSON, ""),
    (1, "relationship", f"{OF_PERSON} OR other_id = ANY ($3)", ""),
    (1, "same_person", "a_id = ANY ($3) OR b_id = ANY ($3)", ""),
    (1, "person_merge", "kept_id = ANY ($3) OR absorbed_id = ANY ($3)", ""),
    (1, "receipt", OF_SPEND, ""),
    (1, "purchase", OF_SPEND, "supplier = '', erased_at = now()"),
    (1, "handoff_person", OF_HANDOFF, ""),
    (1, "handoff_stage", OF_HANDOFF, ""),
    # One that stands is left, and so refuses the erasure by its foreign key.
    (1, "legal_hold", f"({OF_FAMILY} OR {OF_PERSON}) AND lifted_at IS NOT NULL", ""),
    # One that is under way refuses the erasure by its foreign key, too.
    *((1, table, OF_REQUEST, "") for table in ("access_pause", "access_item", "access_bundle")),
    (1, "access_consent", f"{OF_REQUEST} OR {OF_PERSON}", ""),
    (2, "access_request", ASKED, ""),
    (1, "retention_review", f"{OF_FAMILY} OR {OF_HANDOFF}", ""),
    (1, "alert", f"{OF_FAMILY} OR subject IN ({NAMED})", ""),
    (1, "form_draft", TYPED.format("path"), ""),
    (1, "kept_form", TYPED.format("address"), ""),
    # A conflict with somebody who stays elsewhere bars there as before.
    (1, "conflict_of_interest", OF_PERSON, ""),
    (
        2,
        "conflict_of_interest",
        f"{OF_FAMILY} AND EXISTS (SELECT {ELSEWHERE})",
        f"family_id = (SELECT m.family_id {ELSEWHERE} ORDER BY m.id LIMIT 1)",
    ),
    (3, "conflict_of_interest", OF_FAMILY, ""),
    (2, "action", OF_FAMILY, ""),
    # The ledger speaks of a spend by its reference for good: what is left says nothing of anyone.
    (
        2,
        "spend",
        OF_FAMILY,
        """family_id = NULL, goal_id = NULL, what = '', why = '',
      decision_reason = '', fired = '[]', readers = ARRAY['staff:' || requested_by],
      version = version + 1, erased_at = now()""",
    ),
    (2, "family", "split_from_id = ANY ($1) AND id <> ALL ($1)", "split_from_id = NULL"),
    (3, "goal", OF_FAMILY, ""),
    (3, "need", OF_FAMILY, ""),
    (3, "handoff", "id = ANY ($4)", ""),
    (4, "entry", OF_FAMILY, ""),
    (4, "stored_file", "name = ANY ($5)", ""),
    (5, "member", "id = ANY ($2)", ""),
    (6, "person", "id = ANY ($3)", ""),
    (7, "family", "id = ANY ($1)", ""),
)
"""Turn, table, condition, and what it is emptied by if its rows stay."""

# Each check is made under the locks, so that of an erasure and a reopening, a hold or another
# record's new member, one comes first and the other sees it.
ERASE = f"""
    CREATE FUNCTION erase_record(wanted uuid) RETURNS uuid {DEFINER} LANGUAGE plpgsql AS $$
    DECLARE
      viewer text := {VIEWER};
      copied_for text := current_setting('keywork.copied_for', true);
      me bigint := viewer_staff_id();
      review retention_review;
      step erasure_step;
      certificate erasure;
      families bigint[];
      members bigint[];
      everyone bigint[];
      persons bigint[];
      handoffs bigint[];
      files text[] := '{{}}';
      gone jsonb;
      counts jsonb := '{{}}';
      list text := '';
      problem text;
    BEGIN
      INSERT INTO erasure_under_way DEFAULT VALUES;
      PERFORM set_config('keywork.viewer', 'task:retention', true),
        set_config('keywork.copied_for', '', true);
      SELECT * INTO review FROM retention_review WHERE uid = wanted FOR UPDATE;
      families := coalesce(records_of(review.family_id), '{{}}');
      PERFORM FROM family WHERE id = ANY (families) ORDER BY id FOR UPDATE;
      PERFORM FROM handoff WHERE family_id = ANY (families) OR id = review.handoff_id
        ORDER BY id FOR UPDATE;
      SELECT coalesce(array_agg(id), '{{}}') INTO handoffs FROM handoff
        WHERE family_id = ANY (families) OR id = review.handoff_id;
      SELECT coalesce(array_agg(id), '{{}}'), coalesce(array_agg(DISTINCT person_id), '{{}}')
        INTO members, everyone FROM member WHERE family_id = ANY (families);
      PERFORM FROM person WHERE id = ANY (everyone) OR merged_into_id = ANY (everyone)
        ORDER BY id FOR UPDATE;
      WITH RECURSIVE alone AS (
        SELECT p.id FROM person p WHERE p.id = ANY (everyone) AND NOT EXISTS (
          SELECT FROM member m WHERE m.person_id = p.id AND m.family_id <> ALL (families))
        UNION
        SELECT p.id FROM person p JOIN alone ON p.merged_into_id = alone.id
      ) SELECT coalesce(array_agg(id), '{{}}') INTO persons FROM alone;
      problem := CASE
        WHEN review.state IS DISTINCT FROM 'confirmed' OR review.confirmed_by IS DISTINCT FROM me
          THEN 'erasure_confirmed'
        WHEN review.due_on > london_today() THEN 'erasure_due'
        WHEN (SELECT bool_and(closed_on IS NOT NULL) FROM family WHERE id = ANY (families)) IS FALSE
          OR families <> records_of(review.family_id) OR families[1] <> review.family_id
          OR EXISTS (SELECT FROM handoff WHERE id = review.handoff_id AND stage <> 'sent')
          THEN 'erasure_closed'
        WHEN is_held(families) THEN 'erasure_held'
        WHEN EXISTS (SELECT FROM spend WHERE family_id = ANY (families)
          AND state IN ('reserved', 'waiting', 'approved')) THEN 'erasure_money' END;
      IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'this record may not be erased'
          USING ERRCODE = 'check_violation', CONSTRAINT = problem;
      END IF;
      certificate.with_references := ARRAY(SELECT reference FROM family
        WHERE id = ANY (families) AND id <> review.family_id
        UNION ALL SELECT reference FROM handoff WHERE id = ANY (handoffs)
          AND id IS DISTINCT FROM review.handoff_id);
      FOR step IN SELECT * FROM erasure_step ORDER BY turn, table_name LOOP
        EXECUTE format('WITH gone AS (' || CASE step.sets
            WHEN '' THEN 'DELETE FROM %1$I' ELSE 'UPDATE %1$I SET %3$s' END
          || ' WHERE %2$s RETURNING to_jsonb(%1$I.*) AS was)
          SELECT jsonb_agg(was) FROM gone', step.table_name, step.condition, step.sets)
          INTO gone USING families, members, persons, handoffs, files;
        CONTINUE WHEN gone IS NULL;
        counts := counts || jsonb_build_object(step.table_name,
          coalesce((counts ->> step.table_name)::bigint, 0) + jsonb_array_length(gone));
        list := list || coalesce((SELECT string_agg(step.table_name || ' '
          || coalesce(was ->> 'id', '') || E'\n', '' ORDER BY was ->> 'id')
          FROM jsonb_array_elements(gone) was), '');
        files := files || ARRAY(SELECT was ->> 'stored_name' FROM jsonb_array_elements(gone) was
          WHERE was ? 'stored_name');
      END LOOP;
      INSERT INTO erasure (reference, with_references, ended_on, due_on, record_class, because,
        policy_from, proposed_by, confirmed_by, counts, list_sha256)
      VALUES (review.reference, certificate.with_references, review.ended_on, review.due_on,
        review.record_class, review.because, review.policy_from, review.proposed_by, me, counts,
        sha256(convert_to(list, 'UTF8')))
      RETURNING * INTO certificate;
      DELETE FROM erasure_under_way;
      PERFORM set_config('keywork.viewer', viewer, true),
        set_config('keywork.copied_for', coalesce(copied_for, ''), true);
      RETURN certificate.uid;
    END $$"""
