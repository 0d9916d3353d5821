"""Who comes back begins anew; an emergency that was not one does not open the record again."""

from alembic import op

revision = "0026"
down_revision = "0025"

AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql"

FUNCTIONS = (
    # Somebody who had left may have another post now. Their families need another key worker, of
    # which a nightly alert reminds the manager, or are given to them again.
    f"""
    CREATE FUNCTION begin_anew() RETURNS trigger {AS_OWNER} AS $$
    BEGIN
      UPDATE team_member SET ended_on = greatest(london_today(), started_on), end_reason = 'Left'
        WHERE staff_id = NEW.id AND ended_on IS NULL;
      UPDATE cover SET ended_on = greatest(london_today(), started_on)
        WHERE cover_id = NEW.id AND (ended_on IS NULL OR ended_on > london_today());
      UPDATE break_glass SET given_back_at = now()
        WHERE staff_id = NEW.id AND given_back_at IS NULL AND ends_at > now();
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER staff_begins_anew AFTER UPDATE OF active ON staff FOR EACH ROW
       WHEN (NEW.active AND NOT OLD.active) EXECUTE FUNCTION begin_anew()""",
    # For a month; by then somebody has spoken with them.
    f"""
    CREATE FUNCTION guard_unjustified() RETURNS trigger {AS_OWNER} AS $$
    BEGIN
      IF EXISTS (SELECT FROM break_glass WHERE staff_id = NEW.staff_id AND NOT justified
          AND family_id = NEW.family_id AND checked_at > now() - interval '30 days') THEN
        RAISE EXCEPTION 'an emergency that was found not to be one'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'break_glass_not_again';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER break_glass_not_again BEFORE INSERT ON break_glass
       FOR EACH ROW EXECUTE FUNCTION guard_unjustified()""",
)
CHANGES = ("cover", "break_glass")


def upgrade() -> None:
    """Make it."""
    for table in CHANGES:
        op.execute(f"CREATE POLICY owner_ends ON {table} FOR UPDATE TO CURRENT_USER USING (true)")
    for function in FUNCTIONS:
        op.execute(function)


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP TRIGGER break_glass_not_again ON break_glass")
    op.execute("DROP FUNCTION guard_unjustified()")
    op.execute("DROP TRIGGER staff_begins_anew ON staff")
    op.execute("DROP FUNCTION begin_anew()")
    for table in CHANGES:
        op.execute(f"DROP POLICY owner_ends ON {table}")
