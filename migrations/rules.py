"""What migrations say again and again: rights, append-only tables, who may read a row."""

from alembic import op

APP = "keywork_app"

VIEWER = "current_setting('keywork.viewer', true)"

DEFINER = "STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql"
"""A function that a policy asks runs as its owner, so that what it reads can have policies too."""

OFFICER = "(SELECT viewer_holds('information_officer'))"
LEAD = "(SELECT viewer_holds('service_lead'))"
MANAGES = "family_id = ANY ((SELECT managed_families())::bigint[])"
"""Conditions on the viewer, from 0017 on."""

READS_ROW_AT_FIRST = f"""(
  (family_id = ANY ((SELECT open_families())::bigint[])
     AND (visibility = 'team' OR {VIEWER} = ANY (readers)))
  OR family_id = ANY ((SELECT managed_families())::bigint[])
  OR (starts_with({VIEWER}, 'task:') AND {VIEWER} = ANY (readers))
)"""
"""A row with `family_id`, `visibility` and `readers`: design section 4. The subselects run once a
statement, so the filter costs the same for one row as for many. Migrations before 0017 have it."""

READS_ROW = f"""(
  (family_id = ANY ((SELECT open_families())::bigint[])
     AND (visibility = 'team' OR readers && (SELECT viewer_names())
       OR ((SELECT inherited_names()) <> '{{}}'
         AND ARRAY(SELECT family_id || ':' || reader FROM unnest(readers) reader)
           && (SELECT inherited_names()))))
  OR family_id = ANY ((SELECT managed_families())::bigint[])
  OR (starts_with({VIEWER}, 'task:') AND {VIEWER} = ANY (readers))
)"""
"""The same, and whoever stands in for a reader, or has taken over from one in this family."""

VISIBILITY_COLUMNS = """
  visibility text NOT NULL DEFAULT 'team' CHECK (visibility IN ('team', 'protected')),
  readers text[] NOT NULL DEFAULT '{}'
"""


def grant(table: str, rights: str = "SELECT, INSERT") -> None:
    """Let the application role do these things to the table, and no others."""
    op.execute(f"GRANT {rights} ON {table} TO {APP}")


def append_only(table: str) -> None:
    """Refuse every change and removal of a row, whoever tries."""
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def force_row_security(table: str) -> None:
    """Deny every row of the table to everyone no policy lets in, its owner included."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def policy(table: str, name: str, command: str, *, using: str = "", check: str = "") -> None:
    """One row-level policy: `command` is SELECT, INSERT, UPDATE or ALL."""
    clauses = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
    op.execute(f"CREATE POLICY {name} ON {table} FOR {command}{clauses}")


def protect(table: str, *, updates: bool = False, rule: str = READS_ROW_AT_FIRST) -> None:
    """Put the visibility filter on a table with `family_id` and VISIBILITY_COLUMNS.

    From 0017 on the rule is READS_ROW.
    """
    force_row_security(table)
    policy(table, "reads", "SELECT", using=rule)
    policy(table, "writes", "INSERT", check=rule)
    if updates:
        policy(table, "changes", "UPDATE", using=rule, check=rule)


def owner_reads(table: str) -> None:
    """Let functions that run as the owner, and they alone, read every row of the table."""
    op.execute(f"CREATE POLICY owner_checks ON {table} FOR SELECT TO CURRENT_USER USING (true)")


def owner_acts(table: str) -> None:
    """Let functions that run as the owner, such as triggers, read and write every row."""
    op.execute(f"CREATE POLICY owner_acts ON {table} TO CURRENT_USER USING (true)")


def not_barred(table: str) -> None:
    """Hide the rows about a family from whoever has a conflict of interest there."""
    rule = "family_id IS NULL OR family_id <> ALL ((SELECT barred_families())::bigint[])"
    op.execute(f"CREATE POLICY not_barred ON {table} AS RESTRICTIVE TO {APP} USING ({rule})")


def copied(table: str, rule: str, *, to: str = APP) -> None:
    """While a copy is made for somebody, show of the table only the rows of this rule.

    Whatever else lets the practitioner read still has to: see 0021 for the functions to go by.
    """
    op.execute(
        f"CREATE POLICY copied ON {table} AS RESTRICTIVE FOR SELECT TO {to}"
        f" USING ((SELECT copied_for()) IS NULL OR ({rule}))"
    )


def never_copied(*tables: str) -> None:
    """Let nothing of these tables be in anybody's copy."""
    for table in tables:
        copied(table, "false")


def own_name(table: str) -> None:
    """Let nobody write a row of the table in another's name."""
    op.execute(
        f"CREATE POLICY own_name ON {table} AS RESTRICTIVE FOR INSERT"
        f" WITH CHECK (author = {VIEWER})"
    )


def sees(table: str, *parents: str) -> str:
    """That the viewer may see the rows that a row of this table hangs on."""
    return " AND ".join(
        f"EXISTS (SELECT FROM {parent} WHERE {parent}.id = {table}.{parent}_id)"
        for parent in parents
    )


def drop(*tables: str) -> None:
    """Remove tables, last made first."""
    for table in tables:
        op.execute(f"DROP TABLE {table}")


def erases(table: str, where: str, *, turn: int = 1, sets: str = "") -> None:
    """Have the erasure of a record delete these rows of the table, or empty them by `sets`.

    `where` may say $1 for the ids of the families, $2 of their members, $3 of the persons who are
    in no other, $4 of the handoffs, and $5 for the names of the files that went before. A table is
    dealt with in its turn: before those that its rows hang on.
    """
    op.execute(
        "INSERT INTO erasure_step (turn, table_name, condition, sets)"
        f" VALUES ({turn}, '{table}', $step${where}$step$, $step${sets}$step$)"
    )
    op.execute(
        f"DO $$ BEGIN CREATE POLICY erases ON {table} TO CURRENT_USER USING ((SELECT erasing()));"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )


def erases_no_more(table: str) -> None:
    """Forget what `erases` said of the table."""
    op.execute(f"DELETE FROM erasure_step WHERE table_name = '{table}'")
    op.execute(f"DROP POLICY IF EXISTS erases ON {table}")
