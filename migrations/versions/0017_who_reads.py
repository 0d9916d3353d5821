"""Who reads what: emergencies, conflicts of interest, and whoever stands in for a colleague.

The functions that policies ask run as their owner, so that the tables they read can have policies of
their own.
"""

from importlib import import_module

from alembic import op

from migrations import exceptions
from migrations.rules import (
    DEFINER,
    LEAD,
    MANAGES,
    OFFICER,
    READS_ROW,
    READS_ROW_AT_FIRST,
    VIEWER,
    force_row_security,
    grant,
    not_barred,
    owner_reads,
    policy,
)

revision = "0017"
down_revision = "0016"

ROLES = """'key_worker', 'health_visitor', 'hub_manager', 'specialist', 'service_lead', 'finance',
  'information_officer'"""
ROLES_BEFORE = ROLES.removesuffix(",\n  'information_officer'")

TABLES = (
    # Who stands in for a colleague: in everything for a time, or, with a family, as a reader of what
    # the colleague was named in there.
    """
    CREATE TABLE cover (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      absent_id bigint NOT NULL REFERENCES staff,
      cover_id bigint NOT NULL REFERENCES staff CHECK (cover_id <> absent_id),
      family_id bigint REFERENCES family,
      started_on date NOT NULL DEFAULT london_today(),
      ended_on date CHECK (ended_on >= started_on),
      reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
      arranged_by bigint NOT NULL REFERENCES staff,
      arranged_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT cover_not_arranged_for_oneself CHECK (arranged_by <> cover_id),
      CONSTRAINT cover_in_everything_ends CHECK (family_id IS NOT NULL OR ended_on IS NOT NULL)
    )""",
    "CREATE INDEX cover_by_cover_idx ON cover (cover_id)",
)

ACCESS = (
    f"""
    CREATE OR REPLACE FUNCTION records_of(wanted bigint) RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      WITH root AS (SELECT coalesce(joined_into_id, id) AS id FROM family WHERE id = wanted)
      SELECT coalesce(array_agg(f.id ORDER BY f.joined_into_id NULLS FIRST, f.id), '{{}}')
      FROM family f, root WHERE f.id = root.id OR f.joined_into_id = root.id;
    END""",
    f"""
    CREATE FUNCTION stands_in_for() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(c.absent_id), '{{}}') FROM cover c JOIN staff s ON s.id = c.cover_id
      WHERE c.cover_id = viewer_staff_id() AND s.active AND c.family_id IS NULL
        AND c.started_on <= london_today() AND c.ended_on > london_today();
    END""",
    f"""
    CREATE FUNCTION viewer_names() RETURNS text[] {DEFINER}
    RETURN {VIEWER} || coalesce((SELECT array_agg('staff:' || id) FROM unnest(stands_in_for()) id), '{{}}')
    """,
    f"""
    CREATE FUNCTION inherited_names() RETURNS text[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(record || ':staff:' || c.absent_id), '{{}}')
      FROM cover c CROSS JOIN unnest(records_of(c.family_id)) record
      WHERE c.cover_id = viewer_staff_id() AND c.started_on <= london_today()
        AND (c.ended_on IS NULL OR c.ended_on > london_today())
        AND EXISTS (SELECT FROM team_member t JOIN staff s ON s.id = t.staff_id
          WHERE t.family_id = (records_of(c.family_id))[1] AND t.staff_id = c.cover_id
            AND t.role = 'key_worker' AND t.ended_on IS NULL AND s.active);
    END""",
    f"""
    CREATE FUNCTION barred_families() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(DISTINCT id), '{{}}')
      FROM conflict_reach r CROSS JOIN LATERAL unnest(records_of(r.family_id)) id
      WHERE r.staff_id = viewer_staff_id();
    END""",
    f"""
    CREATE FUNCTION viewer_posts() RETURNS TABLE (role text, hub_id bigint) {DEFINER}
    BEGIN ATOMIC
      SELECT p.role, p.hub_id FROM post p JOIN staff s ON s.id = viewer_staff_id()
      WHERE s.active AND p.staff_id = ANY (viewer_staff_id() || stands_in_for())
        AND p.started_on <= london_today() AND (p.ended_on IS NULL OR p.ended_on > london_today());
    END""",
    f"""
    CREATE FUNCTION works_at(member bigint, hubs bigint[]) RETURNS boolean {DEFINER}
    BEGIN ATOMIC
      SELECT EXISTS (SELECT FROM post WHERE staff_id = member AND hub_id = ANY (hubs)
        AND (ended_on IS NULL OR ended_on > london_today()));
    END""",
    f"""
    CREATE OR REPLACE FUNCTION managed_hubs() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(DISTINCT hub_id), '{{}}') FROM viewer_posts() WHERE role = 'hub_manager';
    END""",
    f"""
    CREATE OR REPLACE FUNCTION viewer_holds(wanted text) RETURNS boolean {DEFINER}
    BEGIN ATOMIC
      SELECT EXISTS (SELECT FROM viewer_posts() WHERE role = wanted);
    END""",
    # OFFSET 0 has each hub's families looked up by index; asked for together, all families are read.
    f"""
    CREATE OR REPLACE FUNCTION managed_families() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      WITH own AS (
        SELECT f.id FROM unnest(managed_hubs()) hub CROSS JOIN LATERAL (
          SELECT id FROM family WHERE hub_id = hub AND joined_into_id IS NULL OFFSET 0
        ) f
      ), reached AS (
        SELECT id FROM own
        UNION ALL
        SELECT f.id FROM family f JOIN own ON own.id = f.joined_into_id
        WHERE f.joined_into_id IS NOT NULL
      ), barred AS MATERIALIZED (SELECT barred_families() AS ids)
      SELECT coalesce(array_agg(reached.id), '{{}}') FROM reached, barred
      WHERE reached.id <> ALL (barred.ids);
    END""",
    # Its team and whoever stands in for one of them, the hub's manager, and in an emergency anyone.
    f"""
    CREATE OR REPLACE FUNCTION open_families() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      WITH own AS (
        SELECT t.family_id FROM team_member t JOIN staff s ON s.id = viewer_staff_id()
        WHERE t.staff_id = ANY (viewer_staff_id() || stands_in_for()) AND s.active
          AND t.started_on <= london_today()
          AND (t.ended_on IS NULL OR t.ended_on > london_today())
        UNION
        SELECT g.family_id FROM break_glass g JOIN staff s ON s.id = g.staff_id
        WHERE s.id = viewer_staff_id() AND s.active AND g.given_back_at IS NULL
          AND g.ends_at > now()
      ), reached AS (
        SELECT own.family_id FROM own
        UNION
        SELECT f.id FROM family f JOIN own ON own.family_id = f.joined_into_id
      ), barred AS MATERIALIZED (SELECT barred_families() AS ids)
      SELECT coalesce(array_agg(reached.family_id), '{{}}') || managed_families()
      FROM reached, barred WHERE reached.family_id <> ALL (barred.ids);
    END""",
)

PROTECTED = {
    "entry": False,
    "need": False,
    "goal": False,
    "action": True,
    "spend": True,
    "professional": True,
    "residence": True,
    "contact_point": True,
    "affiliation": True,
    "document": False,
    "consent": False,
    "disclosure": False,
}
"""The tables that were protected before this, and whether their rows change."""

ALSO_BARRED = ("spend", "handoff", "alert", "break_glass", "conflict_of_interest")
"""What is reached by other ways than through an open record."""

MY_HUBS = "(SELECT managed_hubs())::bigint[]"
ARRANGES = f"""arranged_by = viewer_staff_id() AND CASE WHEN family_id IS NOT NULL THEN {MANAGES}
  ELSE absent_id = viewer_staff_id() OR {LEAD} OR works_at(absent_id, {MY_HUBS}) END"""
ARRANGED = f"""viewer_staff_id() IN (cover_id, absent_id, arranged_by) OR {LEAD} OR {OFFICER}
  OR CASE WHEN family_id IS NOT NULL THEN {MANAGES} ELSE works_at(absent_id, {MY_HUBS}) END
  OR starts_with({VIEWER}, 'task:')"""
ENDS = f"""cover_id <> viewer_staff_id() AND (viewer_staff_id() IN (absent_id, arranged_by) OR {LEAD}
  OR CASE WHEN family_id IS NOT NULL THEN {MANAGES} ELSE works_at(absent_id, {MY_HUBS}) END)"""

LIFE = import_module("migrations.versions.0012_life_of_a_record")
RECORDS_BEFORE = "ALTER FUNCTION records_of(bigint) SECURITY INVOKER RESET search_path"
MANAGED_BEFORE = """
    CREATE OR REPLACE FUNCTION managed_hubs() RETURNS bigint[] STABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT coalesce(array_agg(p.hub_id), '{}') FROM post p JOIN staff s ON s.id = p.staff_id
      WHERE s.id = viewer_staff_id() AND s.active AND p.role = 'hub_manager'
        AND (p.ended_on IS NULL OR p.ended_on > london_today());
    END"""
HOLDS_BEFORE = """
    CREATE OR REPLACE FUNCTION viewer_holds(wanted text) RETURNS boolean STABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT EXISTS (SELECT FROM post p JOIN staff s ON s.id = p.staff_id
        WHERE s.id = viewer_staff_id() AND s.active AND p.role = wanted
          AND (p.ended_on IS NULL OR p.ended_on > london_today()));
    END"""


RELATIONSHIPS = import_module("migrations.versions.0009_people")
GUARD = next(s for s in RELATIONSHIPS.RELATIONSHIP if "FUNCTION guard_relationship" in s)
GUARD_BEFORE = GUARD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
GUARD_COUPLES = GUARD_BEFORE.replace(
    "IF descends_from(NEW.person_id, NEW.other_id) THEN",
    "IF descends_from(NEW.person_id, NEW.other_id) OR couple_across(NEW.person_id, NEW.other_id) THEN",
)
COUPLE_ACROSS = f"""
    CREATE FUNCTION couple_across(parent bigint, child bigint) RETURNS boolean {DEFINER}
    BEGIN ATOMIC
      WITH RECURSIVE above AS (
        SELECT parent AS id
        UNION
        SELECT r.person_id FROM relationship r JOIN above ON r.other_id = above.id
        WHERE r.kind IN {RELATIONSHIPS.DESCENT} AND r.removed_on IS NULL
      ), below AS (
        SELECT child AS id
        UNION
        SELECT r.other_id FROM relationship r JOIN below ON r.person_id = below.id
        WHERE r.kind IN {RELATIONSHIPS.DESCENT} AND r.removed_on IS NULL
      )
      SELECT EXISTS (SELECT FROM relationship r, above, below
        WHERE r.kind IN {RELATIONSHIPS.COUPLE} AND r.removed_on IS NULL
          AND (r.person_id, r.other_id) IN ((above.id, below.id), (below.id, above.id)));
    END"""
"""Whether a couple would become ancestor and descendant, if one became the parent of the other."""


MONEY = import_module("migrations.versions.0006_commissioning")
LINE_BEFORE = MONEY.SPEND_LINE.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
SPEND_LINE = LINE_BEFORE.replace(
    "CASE s.visibility WHEN 'team' THEN p.supplier END",
    "CASE WHEN s.family_id = ANY ((SELECT open_families())::bigint[]) THEN p.supplier END",
)
"""Only who may open the record reads where something was bought; a blank for what is protected
alone would have told which spends are."""


def use_rule(rule: str) -> None:
    """Give every protected table this rule."""
    for table, updates in PROTECTED.items():
        op.execute(f"ALTER POLICY reads ON {table} USING ({rule})")
        op.execute(f"ALTER POLICY writes ON {table} WITH CHECK ({rule})")
        if updates:
            op.execute(f"ALTER POLICY changes ON {table} USING ({rule}) WITH CHECK ({rule})")


def upgrade() -> None:
    """Make it."""
    op.execute("ALTER TABLE post DROP CONSTRAINT post_role_check")
    op.execute(f"ALTER TABLE post ADD CONSTRAINT post_role_check CHECK (role IN ({ROLES}))")
    for statement in (
        *TABLES,
        *exceptions.TABLES,
        *ACCESS,
        *exceptions.AROUND,
        COUPLE_ACROSS,
        GUARD_COUPLES,
        SPEND_LINE,
    ):
        op.execute(statement)
    force_row_security("cover")
    owner_reads("cover")
    grant("cover", "SELECT, INSERT, UPDATE (ended_on)")
    policy("cover", "reads", "SELECT", using=ARRANGED)
    policy("cover", "arranges", "INSERT", check=ARRANGES)
    policy("cover", "ends", "UPDATE", using=ENDS)
    exceptions.give_rights()
    use_rule(READS_ROW)
    for table in ALSO_BARRED:
        not_barred(table)


def downgrade() -> None:
    """Unmake it."""
    for table in ALSO_BARRED:
        op.execute(f"DROP POLICY not_barred ON {table}")
    use_rule(READS_ROW_AT_FIRST)
    for statement in (MANAGED_BEFORE, HOLDS_BEFORE, *LIFE.ACCESS[:2], RECORDS_BEFORE):
        op.execute(statement)
    op.execute(LINE_BEFORE)
    op.execute(GUARD_BEFORE)
    op.execute("DROP FUNCTION couple_across(bigint, bigint)")
    op.execute("DROP POLICY owner_checks ON person_merge")
    for made in (
        *exceptions.MADE,
        "FUNCTION viewer_names()",
        "FUNCTION inherited_names()",
        "FUNCTION viewer_posts()",
        "FUNCTION stands_in_for()",
        "TABLE cover",
        "FUNCTION works_at(bigint, bigint[])",
    ):
        op.execute(f"DROP {made}")
    op.execute("DELETE FROM post WHERE role = 'information_officer'")
    op.execute("ALTER TABLE post DROP CONSTRAINT post_role_check")
    op.execute(f"ALTER TABLE post ADD CONSTRAINT post_role_check CHECK (role IN ({ROLES_BEFORE}))")
