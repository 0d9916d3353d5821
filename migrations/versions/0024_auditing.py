"""Whose record each audited act was about, who reads of it, and each day sealed.

A day's seal is a hash over its events in order and over the seal of the day before: whoever alters,
removes or slips in an event would have to make every seal since anew, and the latest stands in the
log too. Sealing and checking run as the owner and answer to `task:auditing` alone.
"""

from alembic import op

from migrations.rules import (
    APP,
    DEFINER,
    LEAD,
    MANAGES,
    OFFICER,
    VIEWER,
    append_only,
    force_row_security,
    grant,
    owner_reads,
    policy,
)

revision = "0024"
down_revision = "0023"

CHANGES = "SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql"
DAY_OF = "(recorded_at AT TIME ZONE 'Europe/London')::date"

COLUMNS = (
    "ALTER TABLE audit_event ADD family_id bigint",
    # The moment itself, not when the transaction began: once a day is over no event of it can come.
    "ALTER TABLE audit_event ALTER recorded_at SET DEFAULT clock_timestamp()",
    "ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only",
    """UPDATE audit_event SET family_id = family.id FROM family
       WHERE family.reference = audit_event.subject""",
    "ALTER TABLE audit_event ENABLE TRIGGER audit_event_append_only",
    "DROP INDEX audit_event_subject_idx",
    "CREATE INDEX audit_event_recorded_idx ON audit_event (recorded_at)",
    "CREATE INDEX audit_event_viewer_idx ON audit_event (viewer, recorded_at)",
    """CREATE INDEX audit_event_family_idx ON audit_event (family_id, recorded_at)
       WHERE family_id IS NOT NULL""",
)

SEAL = """
    CREATE TABLE audit_seal (
      day date PRIMARY KEY,
      first_id bigint,
      last_id bigint CHECK (last_id >= first_id),
      events bigint NOT NULL CHECK ((events = 0) = (first_id IS NULL)),
      previous bytea NOT NULL CHECK (length(previous) IN (0, 32)),
      hash bytea NOT NULL CHECK (length(hash) = 32),
      sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )"""

HASHING = (
    """
    CREATE FUNCTION audit_day_starts(wanted date) RETURNS timestamptz IMMUTABLE LANGUAGE sql
    RETURN wanted::timestamp AT TIME ZONE 'Europe/London'
    """,
    # Times as whole microseconds: as text they would depend on the session's settings.
    f"""
    CREATE FUNCTION audit_day(wanted date, chained bytea,
      OUT first_id bigint, OUT last_id bigint, OUT events bigint, OUT hash bytea) {DEFINER}
    BEGIN ATOMIC
      SELECT min(id), max(id), count(*),
        sha256(chained || convert_to(to_char(wanted, 'YYYY-MM-DD'), 'UTF8') || coalesce(string_agg(
          sha256(convert_to(jsonb_build_object(
            'id', id, 'at', (extract(epoch FROM recorded_at) * 1000000)::bigint,
            'viewer', viewer, 'act', act, 'subject', subject, 'family', family_id
          )::text, 'UTF8')), ''::bytea ORDER BY id), ''::bytea))
      FROM audit_event
      WHERE recorded_at >= audit_day_starts(wanted) AND recorded_at < audit_day_starts(wanted + 1)
        AND {VIEWER} = 'task:auditing';
    END""",
    # Whoever was still writing when the day ended has finished once the lock is ours; if that takes
    # long, the next night's run seals two days rather than have every page wait.
    f"""
    CREATE FUNCTION seal_audit_day() RETURNS SETOF audit_seal {CHANGES} SET lock_timeout = '5s' AS $$
    DECLARE
      before audit_seal;
      next date;
    BEGIN
      IF {VIEWER} IS DISTINCT FROM 'task:auditing' THEN
        RAISE EXCEPTION 'only the nightly task seals' USING ERRCODE = 'insufficient_privilege';
      END IF;
      LOCK TABLE audit_event IN SHARE MODE;
      SELECT * INTO before FROM audit_seal ORDER BY day DESC LIMIT 1;
      next := coalesce(before.day + 1, (SELECT min({DAY_OF}) FROM audit_event));
      IF next < (clock_timestamp() AT TIME ZONE 'Europe/London')::date THEN
        RETURN QUERY INSERT INTO audit_seal (day, first_id, last_id, events, previous, hash)
          SELECT next, d.first_id, d.last_id, d.events, coalesce(before.hash, ''), d.hash
          FROM audit_day(next, coalesce(before.hash, '')) d RETURNING *;
      END IF;
    END $$""",
    # Null where the day has no seal. Before the first there may be nothing at all.
    f"""
    CREATE FUNCTION audit_day_holds(wanted date) RETURNS boolean {DEFINER}
    BEGIN ATOMIC
      SELECT (s.first_id, s.last_id, s.events, s.hash) IS NOT DISTINCT FROM
          (d.first_id, d.last_id, d.events, d.hash)
        AND s.previous = coalesce((SELECT hash FROM audit_seal WHERE day = wanted - 1), '')
        AND (s.previous <> '' OR NOT EXISTS (
          SELECT FROM audit_event WHERE recorded_at < audit_day_starts(wanted)))
      FROM audit_seal s CROSS JOIN LATERAL audit_day(s.day, s.previous) d WHERE s.day = wanted;
    END""",
    f"""
    CREATE FUNCTION place_audit_event() RETURNS trigger {CHANGES} AS $$
    BEGIN
      IF NEW.family_id IS NULL AND starts_with(NEW.subject, 'KW-') THEN
        SELECT id INTO NEW.family_id FROM family WHERE reference = NEW.subject;
      END IF;
      IF EXISTS (SELECT FROM audit_seal WHERE day >= {DAY_OF.replace("recorded_at", "NEW.recorded_at")})
      THEN
        RAISE EXCEPTION 'that day is sealed'
          USING ERRCODE = 'restrict_violation', CONSTRAINT = 'audit_event_day_sealed';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_event_placed BEFORE INSERT ON audit_event
       FOR EACH ROW EXECUTE FUNCTION place_audit_event()""",
)

ABOUT_NO_FAMILY = "'staff', 'search', 'export', 'purse', 'policy', 'audit'"
"""What a manager and the service leads read of acts about no family: those of these kinds."""

REFUSALS = "'family.refused', 'glass.refused'"
"""Whoever was refused a record knows what they asked for; that it exists is not said to them."""

READING = (
    f"""
    CREATE FUNCTION managed_staff() RETURNS text[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(DISTINCT 'staff:' || staff_id), '{{}}') FROM post
      WHERE hub_id = ANY (managed_hubs()) AND (ended_on IS NULL OR ended_on > london_today());
    END""",
    # The records read as one with that of this reference, for an officer, who can open none.
    f"""
    CREATE FUNCTION audited_records(wanted text) RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT records_of(id) FROM family WHERE reference = wanted
        AND viewer_holds('information_officer') AND id <> ALL (barred_families());
    END""",
    # The references of records of which the viewer reads in the audit.
    f"""
    CREATE FUNCTION audited_references(wanted bigint[])
    RETURNS TABLE (id bigint, reference text) {DEFINER}
    BEGIN ATOMIC
      SELECT f.id, f.reference FROM family f WHERE f.id = ANY (wanted)
        AND f.id <> ALL (barred_families())
        AND (viewer_holds('information_officer') OR f.id = ANY (managed_families()) OR EXISTS (
          SELECT FROM audit_event e
          WHERE e.family_id = f.id AND e.viewer = {VIEWER} AND e.act NOT IN ({REFUSALS})));
    END""",
    # The records of whose team somebody is, or that they manage, for who reads the audit of others.
    f"""
    CREATE FUNCTION works_with(member bigint) RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      WITH own AS (
        SELECT family_id AS id FROM team_member WHERE staff_id = member
          AND (ended_on IS NULL OR ended_on > london_today())
        UNION
        SELECT f.id FROM post p JOIN family f ON f.hub_id = p.hub_id
        WHERE p.staff_id = member AND p.role = 'hub_manager'
          AND (p.ended_on IS NULL OR p.ended_on > london_today())
      )
      SELECT coalesce(array_agg(DISTINCT f.id), '{{}}') FROM family f
      WHERE (viewer_holds('information_officer') OR viewer_holds('hub_manager'))
        AND coalesce(f.joined_into_id, f.id) IN (SELECT id FROM own);
    END""",
)

OWN = f"viewer = {VIEWER} AND starts_with(viewer, 'staff:')"
READS = f"""({OWN})
  OR {OFFICER} OR {MANAGES}
  OR (family_id IS NULL AND split_part(act, '.', 1) IN ({ABOUT_NO_FAMILY})
    AND starts_with(viewer, 'staff:')
    AND ({LEAD} OR viewer = ANY ((SELECT managed_staff())::text[])))"""
NOT_BARRED = f"""family_id IS NULL OR family_id <> ALL ((SELECT barred_families())::bigint[])
  OR (act IN ({REFUSALS}) AND {OWN})"""


def upgrade() -> None:
    """Make it."""
    for statement in (*COLUMNS, SEAL, *HASHING, *READING):
        op.execute(statement)
    grant("audit_event", "INSERT (family_id)")
    force_row_security("audit_event")
    owner_reads("audit_event")
    policy("audit_event", "records", "INSERT", check=f"viewer = {VIEWER}")
    policy("audit_event", "reads", "SELECT", using=READS)
    op.execute(
        f"CREATE POLICY not_barred ON audit_event AS RESTRICTIVE FOR SELECT TO {APP}"
        f" USING ({NOT_BARRED})"
    )
    append_only("audit_seal")
    grant("audit_seal", "SELECT")
    force_row_security("audit_seal")
    owner_reads("audit_seal")
    op.execute(
        "CREATE POLICY owner_seals ON audit_seal FOR INSERT TO CURRENT_USER WITH CHECK (true)"
    )
    policy(
        "audit_seal",
        "reads",
        "SELECT",
        using=f"{OFFICER} OR {VIEWER} = 'task:auditing'",
    )


def downgrade() -> None:
    """Unmake it."""
    for name in ("not_barred", "reads", "records", "owner_checks"):
        op.execute(f"DROP POLICY {name} ON audit_event")
    op.execute("ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE audit_event DISABLE ROW LEVEL SECURITY")
    op.execute("DROP TRIGGER audit_event_placed ON audit_event")
    for name in (
        "works_with(bigint)",
        "audited_references(bigint[])",
        "audited_records(text)",
        "managed_staff()",
        "place_audit_event()",
        "audit_day_holds(date)",
        "seal_audit_day()",
        "audit_day(date, bytea)",
        "audit_day_starts(date)",
    ):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP TABLE audit_seal")
    op.execute("ALTER TABLE audit_event DROP family_id")
    op.execute("ALTER TABLE audit_event ALTER recorded_at SET DEFAULT now()")
    for name in ("recorded", "viewer"):
        op.execute(f"DROP INDEX audit_event_{name}_idx")
    op.execute("CREATE INDEX audit_event_subject_idx ON audit_event (subject, id)")
