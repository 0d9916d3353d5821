"""Who reads what: emergencies, conflicts of interest, and whoever stands in for a colleague.

The functions that policies ask run as their owner, so that the tables they read can have policies of
their own.
"""

from importlib import import_module

from alembic import op

from migrations.rules import (
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

DEFINER = "STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql"

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
      arranged_by bigint NOT NULL REFERENCES staff CHECK (arranged_by = viewer_staff_id()),
      arranged_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT cover_not_arranged_for_oneself CHECK (arranged_by <> cover_id),
      CONSTRAINT cover_in_everything_ends CHECK (family_id IS NOT NULL OR ended_on IS NOT NULL)
    )""",
    "CREATE INDEX cover_by_cover_idx ON cover (cover_id)",
    """
    CREATE TABLE break_glass (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      family_id bigint NOT NULL REFERENCES family,
      staff_id bigint NOT NULL REFERENCES staff CHECK (staff_id = viewer_staff_id()),
      reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 1000),
      broken_at timestamptz NOT NULL DEFAULT now(),
      ends_at timestamptz NOT NULL
        CHECK (ends_at > broken_at AND ends_at <= broken_at + interval '24 hours'),
      given_back_at timestamptz CHECK (given_back_at >= broken_at),
      checked_by bigint REFERENCES staff CHECK (checked_by <> staff_id),
      checked_at timestamptz,
      justified boolean,
      check_words text NOT NULL DEFAULT '' CHECK (length(check_words) <= 2000),
      CHECK (num_nulls(checked_by, checked_at, justified) IN (0, 3))
    )""",
    "CREATE INDEX break_glass_staff_idx ON break_glass (staff_id, ends_at)",
    "CREATE INDEX break_glass_family_idx ON break_glass (family_id, id DESC)",
    # Somebody of ours who is related to a person, or knows them, opens no record that they are in.
    """
    CREATE TABLE conflict_of_interest (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      staff_id bigint NOT NULL REFERENCES staff,
      person_id bigint NOT NULL REFERENCES person,
      family_id bigint NOT NULL REFERENCES family,
      reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
      declared_by bigint NOT NULL REFERENCES staff CHECK (declared_by = viewer_staff_id()),
      declared_at timestamptz NOT NULL DEFAULT now(),
      lifted_by bigint REFERENCES staff,
      lifted_at timestamptz,
      lift_reason text NOT NULL DEFAULT '' CHECK (length(lift_reason) <= 500),
      CONSTRAINT conflict_not_lifted_by_oneself CHECK (lifted_by <> staff_id),
      CHECK ((lifted_by IS NULL) = (lifted_at IS NULL) AND (lifted_by IS NULL) = (lift_reason = ''))
    )""",
    """CREATE UNIQUE INDEX conflict_of_interest_once ON conflict_of_interest (staff_id, person_id)
       WHERE lifted_at IS NULL""",
    "CREATE INDEX conflict_of_interest_family_idx ON conflict_of_interest (family_id)",
)

ACCESS = (
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
      SELECT coalesce(array_agg(c.family_id || ':staff:' || c.absent_id), '{{}}')
      FROM cover c JOIN staff s ON s.id = c.cover_id
      WHERE c.cover_id = viewer_staff_id() AND s.active AND c.family_id IS NOT NULL
        AND c.started_on <= london_today() AND (c.ended_on IS NULL OR c.ended_on > london_today());
    END""",
    f"""
    CREATE FUNCTION barred_families() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(DISTINCT m.family_id), '{{}}')
      FROM conflict_of_interest c JOIN person p ON p.id = c.person_id
      JOIN member m ON m.person_id = coalesce(p.merged_into_id, p.id)
      WHERE c.staff_id = viewer_staff_id() AND c.lifted_at IS NULL;
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
    f"""
    CREATE OR REPLACE FUNCTION records_of(wanted bigint) RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      WITH root AS (SELECT coalesce(joined_into_id, id) AS id FROM family WHERE id = wanted)
      SELECT coalesce(array_agg(f.id ORDER BY f.joined_into_id NULLS FIRST, f.id), '{{}}')
      FROM family f, root WHERE f.id = root.id OR f.joined_into_id = root.id;
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

ALSO_BARRED = ("spend", "handoff", "alert")
"""What is reached by other ways than through an open record."""

OFFICER = "(SELECT viewer_holds('information_officer'))"
LEAD = "(SELECT viewer_holds('service_lead'))"
MANAGES = "family_id = ANY ((SELECT managed_families())::bigint[])"
MY_HUBS = "(SELECT managed_hubs())::bigint[]"
ARRANGES = f"""arranged_by = viewer_staff_id() AND CASE WHEN family_id IS NOT NULL THEN {MANAGES}
  ELSE absent_id = viewer_staff_id() OR {LEAD} OR works_at(absent_id, {MY_HUBS}) END"""
ARRANGED = f"""viewer_staff_id() IN (cover_id, absent_id, arranged_by) OR {LEAD} OR {OFFICER}
  OR CASE WHEN family_id IS NOT NULL THEN {MANAGES} ELSE works_at(absent_id, {MY_HUBS}) END
  OR starts_with({VIEWER}, 'task:')"""
BROKEN = f"staff_id = viewer_staff_id() OR {MANAGES} OR {LEAD} OR {OFFICER}"
DECLARES = f"""declared_by = viewer_staff_id()
  AND (staff_id = viewer_staff_id() OR {MANAGES} OR {LEAD})"""
DECLARED = f"""declared_by = viewer_staff_id() OR starts_with({VIEWER}, 'task:')
  OR (({MANAGES} OR {LEAD} OR {OFFICER}) AND staff_id <> viewer_staff_id())"""
LIFTS = f"({MANAGES} OR {LEAD}) AND staff_id <> viewer_staff_id()"

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
    for statement in (*TABLES, *ACCESS, COUPLE_ACROSS, GUARD_COUPLES):
        op.execute(statement)
    for table in ("cover", "break_glass", "conflict_of_interest"):
        force_row_security(table)
        owner_reads(table)
    grant("cover", "SELECT, INSERT, UPDATE (ended_on)")
    policy("cover", "reads", "SELECT", using=ARRANGED)
    policy("cover", "arranges", "INSERT", check=ARRANGES)
    policy("cover", "ends", "UPDATE", using=ARRANGED.partition("  OR starts_with")[0])
    grant(
        "break_glass",
        "SELECT, INSERT (family_id, staff_id, reason, ends_at),"
        " UPDATE (given_back_at, checked_by, checked_at, justified, check_words)",
    )
    policy("break_glass", "reads", "SELECT", using=BROKEN)
    policy(
        "break_glass",
        "breaks",
        "INSERT",
        check="family_id <> ALL ((SELECT barred_families())::bigint[])",
    )
    policy("break_glass", "gives_back", "UPDATE", using="staff_id = viewer_staff_id()")
    policy("break_glass", "checks", "UPDATE", using=MANAGES, check="checked_by = viewer_staff_id()")
    grant("conflict_of_interest", "SELECT, INSERT, UPDATE (lifted_by, lifted_at, lift_reason)")
    policy("conflict_of_interest", "reads", "SELECT", using=DECLARED)
    policy("conflict_of_interest", "declares", "INSERT", check=DECLARES)
    policy(
        "conflict_of_interest",
        "lifts",
        "UPDATE",
        using=LIFTS,
        check=f"{LIFTS} AND lifted_by = viewer_staff_id()",
    )
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
    op.execute(GUARD_BEFORE)
    op.execute("DROP FUNCTION couple_across(bigint, bigint)")
    for made in (
        "TABLE break_glass",
        "FUNCTION barred_families()",
        "TABLE conflict_of_interest",
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
