"""What 0017 makes for emergencies and conflicts of interest."""

from migrations.rules import (
    DEFINER,
    LEAD,
    MANAGES,
    OFFICER,
    VIEWER,
    force_row_security,
    grant,
    owner_reads,
    policy,
)

TABLES = (
    """
    CREATE TABLE break_glass (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      reference text NOT NULL UNIQUE CHECK (reference ~ '^E-[2-9A-Z]{7}$'),
      family_id bigint NOT NULL REFERENCES family,
      staff_id bigint NOT NULL REFERENCES staff,
      kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
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
    # It ends once: by whoever has it, or by whoever finds that it was not justified.
    """
    CREATE FUNCTION guard_break_glass() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.given_back_at IS DISTINCT FROM OLD.given_back_at THEN
        IF OLD.given_back_at IS NOT NULL OR (OLD.staff_id <> viewer_staff_id()
            AND (NEW.checked_by IS DISTINCT FROM viewer_staff_id() OR NEW.justified)) THEN
          RAISE EXCEPTION 'this emergency is over, or another''s to end'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'break_glass_ended_once';
        END IF;
        NEW.given_back_at := now();
      END IF;
      IF (NEW.checked_by, NEW.justified, NEW.check_words, NEW.checked_at)
          IS DISTINCT FROM (OLD.checked_by, OLD.justified, OLD.check_words, OLD.checked_at) THEN
        IF OLD.checked_by IS NOT NULL OR NEW.checked_by IS DISTINCT FROM viewer_staff_id() THEN
          RAISE EXCEPTION 'an emergency is checked once, in one''s own name'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'break_glass_checked_once';
        END IF;
        NEW.checked_at := now();
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER break_glass_guarded BEFORE UPDATE OF given_back_at, checked_by, checked_at,
         justified, check_words ON break_glass
       FOR EACH ROW EXECUTE FUNCTION guard_break_glass()""",
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
      declared_by bigint NOT NULL REFERENCES staff,
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
    "CREATE INDEX conflict_of_interest_person_idx ON conflict_of_interest (person_id)",
    # Whom a conflict is with, whatever records were put together since, or were for a time; and
    # every record that one of these is or was in.
    """
    CREATE VIEW conflict_reach AS
    SELECT c.id AS conflict_id, c.staff_id, m.family_id
    FROM conflict_of_interest c
    CROSS JOIN LATERAL (
      WITH RECURSIVE turned_out AS (
        SELECT c.person_id AS id
        UNION
        SELECT p.merged_into_id FROM person p JOIN turned_out t ON t.id = p.id
        WHERE p.merged_into_id IS NOT NULL
      )
      SELECT id FROM turned_out
      UNION
      SELECT g.absorbed_id FROM person_merge g
      WHERE g.kept_id = c.person_id AND c.declared_at BETWEEN g.merged_at AND g.undone_at
    ) known
    JOIN member m ON m.person_id = known.id
    WHERE c.lifted_at IS NULL""",
)

KNOWS_IT = f"(starts_with({VIEWER}, 'task:') OR wanted = ANY (open_families()))"

AROUND = (
    f"""
    CREATE FUNCTION barred_staff(wanted bigint) RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(DISTINCT staff_id), '{{}}') FROM conflict_reach
      WHERE family_id = ANY (records_of(wanted)) AND {KNOWS_IT};
    END""",
    f"""
    CREATE FUNCTION conflicts_of(wanted bigint) RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(DISTINCT conflict_id), '{{}}') FROM conflict_reach
      WHERE family_id = ANY (records_of(wanted)) AND {KNOWS_IT};
    END""",
    # Who answers for a family: its hub's managers and whoever stands in for one of them.
    f"""
    CREATE FUNCTION managers_of(wanted bigint) RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      WITH holder AS (
        SELECT p.staff_id FROM post p JOIN family f ON f.hub_id = p.hub_id
        WHERE f.id = wanted AND p.role = 'hub_manager' AND p.started_on <= london_today()
          AND (p.ended_on IS NULL OR p.ended_on > london_today())
      ), manager AS (
        SELECT staff_id FROM holder
        UNION
        SELECT c.cover_id FROM cover c JOIN holder ON holder.staff_id = c.absent_id
        WHERE c.family_id IS NULL AND c.started_on <= london_today() AND c.ended_on > london_today()
      )
      SELECT coalesce(array_agg(s.id ORDER BY s.id), '{{}}')
      FROM manager JOIN staff s ON s.id = manager.staff_id
      WHERE s.active AND s.id NOT IN (
        SELECT r.staff_id FROM conflict_reach r WHERE r.family_id = ANY (records_of(wanted)));
    END""",
    # Of an emergency or a conflict, the reference is all that some who answer for it may know.
    f"""
    CREATE FUNCTION reference_of(wanted bigint) RETURNS text {DEFINER}
    RETURN (SELECT reference FROM family WHERE id = wanted)""",
    f"""
    CREATE FUNCTION family_behind(wanted text) RETURNS bigint {DEFINER}
    RETURN (SELECT coalesce(joined_into_id, id) FROM family WHERE reference = wanted)""",
    # Of the families that exactly one person is in: one the viewer may open, or else the one being
    # helped, or helped last.
    f"""
    CREATE FUNCTION family_around(nhs text, born date, names text[]) RETURNS bigint {DEFINER}
    BEGIN ATOMIC
      WITH meant AS (
        SELECT p.id FROM person p
        WHERE (p.nhs_number = nhs OR (p.date_of_birth = born AND p.name_key = ANY (names)))
          AND EXISTS (SELECT FROM member WHERE person_id = p.id)
      )
      SELECT coalesce(f.joined_into_id, f.id) FROM member m JOIN family f ON f.id = m.family_id
      WHERE m.person_id IN (SELECT id FROM meant) AND 1 = (SELECT count(*) FROM meant)
      ORDER BY f.id = ANY ((SELECT open_families())::bigint[]) DESC, m.ended_on IS NULL DESC,
        f.closed_on IS NULL DESC, f.opened_on DESC, f.id DESC
      LIMIT 1;
    END""",
    # Of somebody they know, a viewer is told nothing, not even that there is a record.
    f"""
    CREATE FUNCTION is_barred_person(nhs text, born date, names text[]) RETURNS boolean {DEFINER}
    BEGIN ATOMIC
      SELECT EXISTS (
        SELECT FROM person p JOIN member m ON m.person_id = p.id
        WHERE (p.nhs_number = nhs OR (p.date_of_birth = born AND p.name_key = ANY (names)))
          AND m.family_id = ANY ((SELECT barred_families())::bigint[]));
    END""",
    f"""
    CREATE FUNCTION families_without_key_worker() RETURNS SETOF bigint {DEFINER}
    BEGIN ATOMIC
      SELECT f.id FROM family f
      WHERE f.closed_on IS NULL AND starts_with({VIEWER}, 'task:')
        AND (f.opened_on < london_today() - 7
          OR EXISTS (SELECT FROM team_member t WHERE t.family_id = f.id AND t.role = 'key_worker'))
        AND NOT EXISTS (
          SELECT FROM team_member t JOIN staff s ON s.id = t.staff_id
          WHERE t.family_id = f.id AND t.role = 'key_worker' AND t.ended_on IS NULL AND s.active
            AND NOT EXISTS (SELECT FROM conflict_reach r
              WHERE r.staff_id = t.staff_id AND r.family_id = ANY (records_of(f.id))));
    END""",
    """
    CREATE FUNCTION guard_team_conflict() RETURNS trigger
    SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM conflict_reach WHERE staff_id = NEW.staff_id
          AND family_id = ANY (records_of(NEW.family_id))) THEN
        RAISE EXCEPTION 'somebody with a conflict of interest is in no team'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'team_without_conflict';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER team_without_conflict BEFORE INSERT ON team_member
       FOR EACH ROW EXECUTE FUNCTION guard_team_conflict()""",
)
"""What the rooms ask about a family for those who may not open it themselves."""

BROKEN = f"staff_id = viewer_staff_id() OR {MANAGES} OR {LEAD} OR {OFFICER}"
BREAKS = """staff_id = viewer_staff_id() AND EXISTS (SELECT FROM viewer_posts()
  WHERE role IN ('key_worker', 'specialist', 'health_visitor', 'hub_manager'))"""
DECLARES = f"""declared_by = viewer_staff_id()
  AND family_id = ANY ((SELECT open_families())::bigint[])
  AND (staff_id = viewer_staff_id() OR {MANAGES})
  AND EXISTS (SELECT FROM member m WHERE m.person_id = conflict_of_interest.person_id
    AND m.family_id = ANY (records_of(conflict_of_interest.family_id)))"""
DECLARED = f"""declared_by = viewer_staff_id() OR starts_with({VIEWER}, 'task:')
  OR (({MANAGES} OR {LEAD} OR {OFFICER}) AND staff_id <> viewer_staff_id())"""
LIFTS = f"({MANAGES} OR {LEAD}) AND staff_id <> viewer_staff_id()"

MADE = (
    "TRIGGER team_without_conflict ON team_member",
    "FUNCTION guard_team_conflict()",
    "FUNCTION families_without_key_worker()",
    "FUNCTION is_barred_person(text, date, text[])",
    "FUNCTION family_around(text, date, text[])",
    "FUNCTION family_behind(text)",
    "FUNCTION reference_of(bigint)",
    "FUNCTION managers_of(bigint)",
    "FUNCTION conflicts_of(bigint)",
    "FUNCTION barred_staff(bigint)",
    "TABLE break_glass",
    "FUNCTION guard_break_glass()",
    "FUNCTION barred_families()",
    "VIEW conflict_reach",
    "TABLE conflict_of_interest",
)
"""All of it, the last first."""


def give_rights() -> None:
    """Say who may do what to these tables."""
    for table in ("break_glass", "conflict_of_interest"):
        force_row_security(table)
        owner_reads(table)
    owner_reads("person_merge")
    grant(
        "break_glass",
        "SELECT, INSERT (reference, family_id, staff_id, kind, reason, ends_at),"
        " UPDATE (given_back_at, checked_by, checked_at, justified, check_words)",
    )
    policy("break_glass", "reads", "SELECT", using=BROKEN)
    policy("break_glass", "breaks", "INSERT", check=BREAKS)
    policy("break_glass", "gives_back", "UPDATE", using="staff_id = viewer_staff_id()")
    answers = f"{MANAGES} OR {LEAD}"
    policy("break_glass", "checks", "UPDATE", using=answers, check="checked_by = viewer_staff_id()")
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
