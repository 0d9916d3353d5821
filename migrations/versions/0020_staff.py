"""Who may write staff and posts; the council's identity provider."""

from alembic import op

from migrations.rules import (
    APP,
    DEFINER,
    LEAD,
    MANAGES,
    VIEWER,
    drop,
    force_row_security,
    grant,
    owner_reads,
    policy,
)

revision = "0020"
down_revision = "0019"

GIVEN_BY_MANAGERS = "'{key_worker,specialist,health_visitor}'"
COVERED_BY_MANAGERS = "'{key_worker,specialist,health_visitor,hub_manager}'"

ANYBODY = f"coalesce({VIEWER}, '') <> ''"
A_COLLEAGUE = f"(SELECT viewer_staff_id() IS NOT NULL OR starts_with({VIEWER}, 'task:'))"
ACCOUNTS = f"{VIEWER} = 'task:accounts'"
MY_HUBS = "(SELECT managed_hubs())::bigint[]"

ADDS = f"{ACCOUNTS} OR {LEAD} OR {MY_HUBS} <> '{{}}'"
CHANGES = f"""{ACCOUNTS} OR (id <> viewer_staff_id()
  AND ({LEAD} OR answers_to_viewer(id, {GIVEN_BY_MANAGERS})))"""
GIVES = f"""{ACCOUNTS} OR (staff_id <> viewer_staff_id()
  AND ({LEAD} OR (role = ANY ({GIVEN_BY_MANAGERS}) AND hub_id = ANY ({MY_HUBS}))))"""

ARRANGES = f"""arranged_by = viewer_staff_id()
  AND EXISTS (SELECT FROM staff WHERE staff.id = cover_id AND staff.active)
  AND CASE WHEN family_id IS NOT NULL THEN {MANAGES}
    ELSE {LEAD} OR (absent_id = viewer_staff_id() AND {MY_HUBS} <> '{{}}')
      OR answers_to_viewer(absent_id, {COVERED_BY_MANAGERS}) END"""
ARRANGES_BEFORE = f"""arranged_by = viewer_staff_id() AND CASE WHEN family_id IS NOT NULL THEN {MANAGES}
  ELSE absent_id = viewer_staff_id() OR {LEAD} OR works_at(absent_id, {MY_HUBS}) END"""

FUNCTIONS = (
    # Whether somebody works under the viewer, who manages hubs, and nowhere else: a leaver by the
    # posts that ended last.
    f"""
    CREATE FUNCTION answers_to_viewer(member bigint, roles text[]) RETURNS boolean {DEFINER}
    BEGIN ATOMIC
      WITH dated AS (
        SELECT p.role, p.hub_id, CASE WHEN p.ended_on > london_today() THEN 'infinity'
          ELSE coalesce(p.ended_on, 'infinity') END AS until
        FROM post p WHERE p.staff_id = member
      )
      SELECT coalesce(bool_and(
        role = ANY (roles) AND coalesce(hub_id = ANY (managed_hubs()), false)), false)
      FROM dated WHERE until = (SELECT max(until) FROM dated);
    END""",
    # What the viewer may do today, but for what they owe to standing in for one colleague.
    f"""
    CREATE FUNCTION viewer_posts_without(other bigint) RETURNS TABLE (role text, hub_id bigint) {DEFINER}
    BEGIN ATOMIC
      SELECT p.role, p.hub_id FROM post p JOIN staff s ON s.id = viewer_staff_id()
      WHERE s.active AND p.staff_id = ANY (viewer_staff_id() || stands_in_for())
        AND p.staff_id <> other
        AND p.started_on <= london_today() AND (p.ended_on IS NULL OR p.ended_on > london_today());
    END""",
    # When those whom the viewer looks after were last here, and whether they have a second factor.
    f"""
    CREATE FUNCTION sign_in_facts() RETURNS TABLE (staff_id bigint, last_on date, second_factor boolean) {DEFINER}
    BEGIN ATOMIC
      SELECT s.id,
        (SELECT max((h.last_seen_at AT TIME ZONE 'Europe/London')::date) FROM staff_session h
          WHERE h.staff_id = s.id AND h.awaits IS NULL),
        EXISTS (SELECT FROM second_factor f WHERE f.staff_id = s.id)
      FROM staff s
      WHERE viewer_holds('service_lead') OR works_at(s.id, managed_hubs())
        OR answers_to_viewer(s.id, {GIVEN_BY_MANAGERS});
    END""",
    """
    CREATE FUNCTION guard_post() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.ended_on <= london_today() THEN
        RAISE EXCEPTION 'a post that has ended stays so'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'post_stays_ended';
      END IF;
      RETURN NEW;
    END $$""",
    # Nobody who stands in may make it longer: a longer absence is arranged anew.
    """
    CREATE FUNCTION guard_cover() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.ended_on IS NOT NULL
          AND (OLD.ended_on <= london_today() OR NEW.ended_on IS NULL OR NEW.ended_on > OLD.ended_on) THEN
        RAISE EXCEPTION 'a cover is only made shorter, and not once it has ended'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'cover_only_shortened';
      END IF;
      RETURN NEW;
    END $$""",
    # What a colleague asked for is not decided in that colleague's own name by whoever stands in.
    """
    CREATE FUNCTION guard_decision_in_cover() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.decided_by IS DISTINCT FROM OLD.decided_by AND NEW.requested_by = ANY (stands_in_for())
          AND NOT EXISTS (SELECT FROM viewer_posts_without(NEW.requested_by) p
            WHERE p.role = 'service_lead' OR (p.role = 'hub_manager'
              AND p.hub_id = (SELECT hub_id FROM purse WHERE id = NEW.purse_id))) THEN
        RAISE EXCEPTION 'a request is not decided by whoever stands in for its asker'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'spend_not_decided_in_cover_of_asker';
      END IF;
      RETURN NEW;
    END $$""",
)

TRIGGERS = {
    "post_guarded": ("post", "guard_post", "UPDATE"),
    "cover_guarded": ("cover", "guard_cover", "UPDATE"),
    "spend_decided_in_cover": ("spend", "guard_decision_in_cover", "UPDATE OF decided_by"),
}

IDENTITY = """
    CREATE TABLE staff_identity (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      staff_id bigint NOT NULL REFERENCES staff,
      issuer text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 500),
      subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
      linked_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT staff_identity_subject_key UNIQUE (issuer, subject),
      CONSTRAINT staff_identity_staff_key UNIQUE (staff_id, issuer)
    )"""

POLICIES = {
    "staff": {"reads": A_COLLEAGUE, "adds": ADDS, "changes": CHANGES},
    "post": {"reads": A_COLLEAGUE, "adds": GIVES, "changes": GIVES},
    "hub": {"reads": ANYBODY, "adds": ACCOUNTS, "changes": ACCOUNTS},
}
ASKED = ("staff", "post", "hub", "staff_session", "second_factor")
"""The tables that the functions above, and others that run as the owner, read."""

CHANGED = {"staff": "name, email, active", "post": "ended_on"}
"""The columns that are ever changed."""


def upgrade() -> None:
    """Make it."""
    for table in ("staff", "post"):
        op.execute(f"ALTER TABLE {table} ADD uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid()")
    for statement in FUNCTIONS:
        op.execute(statement)
    for table in ASKED:
        owner_reads(table)
    for name, (table, function, when) in TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    for table, rules in POLICIES.items():
        force_row_security(table)
        policy(table, "reads", "SELECT", using=rules["reads"])
        policy(table, "adds", "INSERT", check=rules["adds"])
        policy(table, "changes", "UPDATE", using=rules["changes"], check=rules["changes"])
    for table, columns in CHANGED.items():
        op.execute(f"REVOKE UPDATE ON {table} FROM {APP}")
        grant(table, f"UPDATE ({columns})")
    op.execute(f"ALTER POLICY arranges ON cover WITH CHECK ({ARRANGES})")
    op.execute(IDENTITY)
    grant("staff_identity", "SELECT, INSERT, DELETE")
    force_row_security("staff_identity")
    policy("staff_identity", "links", "ALL", using=ACCOUNTS, check=ACCOUNTS)


def downgrade() -> None:
    """Unmake it."""
    drop("staff_identity")
    op.execute(f"ALTER POLICY arranges ON cover WITH CHECK ({ARRANGES_BEFORE})")
    for table in CHANGED:
        op.execute(f"GRANT UPDATE ON {table} TO {APP}")
    for table, rules in POLICIES.items():
        for name in rules:
            op.execute(f"DROP POLICY {name} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in ASKED:
        op.execute(f"DROP POLICY owner_checks ON {table}")
    for name, (table, function, _) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("DROP FUNCTION sign_in_facts()")
    op.execute("DROP FUNCTION viewer_posts_without(bigint)")
    op.execute("DROP FUNCTION answers_to_viewer(bigint, text[])")
    for table in ("staff", "post"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN uid")
