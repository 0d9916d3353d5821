"""Whether two persons are the same: how alike they are, pairs that were found, and merging them."""

from alembic import op

from migrations.rules import VIEWER, drop, force_row_security, grant, policy

revision = "0016"
down_revision = "0015"

TASK = f"{VIEWER} = 'task:families'"
"""The nightly search, and a merge that reaches into families which the manager may not open."""

ALIKE = (
    # A letter more, less or other, or two neighbours that have changed places.
    """
    CREATE FUNCTION one_slip_apart(a text, b text) RETURNS boolean
    IMMUTABLE STRICT PARALLEL SAFE LANGUAGE plpgsql AS $$
    DECLARE i int := 1;
    BEGIN
      IF a = b OR abs(length(a) - length(b)) > 1 OR least(length(a), length(b)) < 3 THEN
        RETURN false;
      END IF;
      WHILE substr(a, i, 1) = substr(b, i, 1) LOOP i := i + 1; END LOOP;
      RETURN substr(a, i + 1) = substr(b, i + 1)
        OR substr(a, i) = substr(b, i + 1)
        OR substr(a, i + 1) = substr(b, i)
        OR (substr(a, i, 1) = substr(b, i + 1, 1) AND substr(b, i, 1) = substr(a, i + 1, 1)
          AND substr(a, i + 2) = substr(b, i + 2));
    END $$""",
    """
    CREATE FUNCTION names_agree(a text, b text, a_all text[], b_all text[]) RETURNS text
    IMMUTABLE PARALLEL SAFE LANGUAGE sql
    RETURN CASE
      WHEN a = b THEN 'same'
      WHEN a_all && b_all THEN 'other'
      WHEN one_slip_apart(a, b) THEN 'slip'
      WHEN starts_with(a, b) OR starts_with(b, a) THEN 'short'
      ELSE 'different' END""",
    """
    CREATE FUNCTION births_agree(a date, b date) RETURNS text
    IMMUTABLE PARALLEL SAFE LANGUAGE sql
    RETURN CASE
      WHEN a IS NULL OR b IS NULL THEN NULL
      WHEN a = b THEN 'same'
      WHEN date_part('year', a) = date_part('year', b)
        AND date_part('month', a) = date_part('day', b)
        AND date_part('day', a) = date_part('month', b) THEN 'swapped'
      WHEN one_slip_apart(to_char(a, 'YYYYMMDD'), to_char(b, 'YYYYMMDD')) THEN 'slip'
      WHEN date_part('year', a) = date_part('year', b) THEN 'year'
      ELSE 'different' END""",
)

FOUND = (
    "CREATE INDEX person_by_name_idx ON person (name_key)",
    "CREATE INDEX person_name_by_name_idx ON person_name (name_key)",
    # Some two hundred are born on one day: who among them has a like name is read from the index.
    "CREATE INDEX person_by_birth_idx ON person (date_of_birth) INCLUDE (id, name_key, known_as)",
    # The persons a slip of the hand may have kept apart: by number, by date of birth when a name
    # begins or ends alike, by name with a date that one slip makes of this one, by former name, by
    # name alone, by a name one slip away. A function, so that a connection makes its plan once.
    """
    CREATE FUNCTION persons_like(given text, family text, goes_by text, born date, turned date,
      mistaken date[], nhs text, pupil text) RETURNS SETOF bigint
    STABLE ROWS 20 LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
    DECLARE
      names text[] := ARRAY[given || ' ' || family, family || ' ' || given];
      of_given int[] := name_variants(ARRAY[given]);
      of_family int[] := name_variants(ARRAY[family]);
      namesakes int := 50;
    BEGIN
      RETURN QUERY
      SELECT id FROM person WHERE nhs_number = nhs
      UNION SELECT id FROM person WHERE upn = pupil
      UNION SELECT id FROM person WHERE date_of_birth IN (born, turned)
        AND (left(name_key, 1) = left(given, 1) OR right(name_key, 3) = right(family, 3)
          OR left(split_part(name_key, ' ', 2), 1) = left(family, 1)
          OR right(split_part(name_key, ' ', 1), 3) = right(given, 3)
          OR known_as <> '' AND lower(known_as) IN (given, goes_by))
      UNION SELECT id FROM person WHERE date_of_birth = ANY (mistaken) AND name_key = ANY (names)
      UNION SELECT person_id FROM person_name WHERE name_key = ANY (names)
      UNION (SELECT id FROM person WHERE name_key = ANY (names)
        ORDER BY abs(date_of_birth - born) LIMIT namesakes)
      UNION (SELECT id FROM person WHERE name_variants && of_given AND name_variants && of_family
        AND (born IS NULL OR date_of_birth IS NULL
          OR date_part('year', date_of_birth) = date_part('year', born))
        LIMIT namesakes);
    END $$""",
    """
    CREATE TABLE same_person (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      a_id bigint NOT NULL REFERENCES person,
      b_id bigint NOT NULL REFERENCES person,
      score numeric(6, 1) NOT NULL,
      reasons text[] NOT NULL,
      facts text NOT NULL,
      found_on date NOT NULL DEFAULT london_today(),
      state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'different', 'merged')),
      words text NOT NULL DEFAULT '' CHECK (length(words) <= 500),
      decided_by bigint REFERENCES staff,
      decided_at timestamptz,
      CONSTRAINT same_person_once UNIQUE (a_id, b_id),
      CHECK (a_id < b_id),
      CHECK (num_nulls(decided_by, decided_at) = CASE state WHEN 'open' THEN 2 ELSE 0 END)
    )""",
    "CREATE INDEX same_person_b_idx ON same_person (b_id)",
    "CREATE INDEX same_person_open_idx ON same_person (score) WHERE state = 'open'",
    # Names so common that sharing one says less; the nightly search keeps the list.
    """
    CREATE TABLE common_name (
      part text NOT NULL CHECK (part IN ('given', 'family')),
      name text NOT NULL,
      PRIMARY KEY (part, name)
    )""",
    """
    CREATE TABLE person_merge (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      kept_id bigint NOT NULL REFERENCES person,
      absorbed_id bigint NOT NULL REFERENCES person CHECK (absorbed_id <> kept_id),
      reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
      changed jsonb NOT NULL,
      merged_by bigint NOT NULL REFERENCES staff,
      merged_at timestamptz NOT NULL DEFAULT now(),
      undone_by bigint REFERENCES staff,
      undone_at timestamptz,
      undo_reason text NOT NULL DEFAULT '' CHECK (length(undo_reason) <= 500),
      CHECK (num_nulls(undone_by, undone_at) IN (0, 2))
    )""",
    """CREATE UNIQUE INDEX person_merge_standing ON person_merge (absorbed_id)
       WHERE undone_at IS NULL""",
    "CREATE INDEX person_merge_kept_idx ON person_merge (kept_id)",
    """
    CREATE FUNCTION guard_merge() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.merged_into_id IS NOT NULL AND (EXISTS (
          SELECT FROM person p WHERE p.id = NEW.merged_into_id AND p.merged_into_id IS NOT NULL
          FOR SHARE) OR EXISTS (SELECT FROM member WHERE person_id = NEW.id)) THEN
        RAISE EXCEPTION 'a person is merged whole, into one who is not merged'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'person_merged_whole';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER person_merged BEFORE INSERT OR UPDATE OF merged_into_id ON person
       FOR EACH ROW EXECUTE FUNCTION guard_merge()""",
    # The lock keeps the person from being merged until this membership is there to be seen.
    """
    CREATE FUNCTION guard_member_person() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT merged_into_id FROM person WHERE id = NEW.person_id FOR SHARE) IS NOT NULL THEN
        RAISE EXCEPTION 'somebody who was merged is in no family'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'member_of_merged_person';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER member_not_merged BEFORE INSERT OR UPDATE OF person_id ON member
       FOR EACH ROW EXECUTE FUNCTION guard_member_person()""",
)

MINE = "m.family_id = ANY ((SELECT open_families())::bigint[])"
KNOWS = f"EXISTS (SELECT FROM member m WHERE m.person_id = {{}} AND {MINE})"
SEES_BOTH = f"""({TASK} OR ({KNOWS.format("a_id")}
  AND (state = 'merged' OR {KNOWS.format("b_id")})))"""
"""Of a pair that was merged there is only the first left to know."""

SEES_KEPT = f"({TASK} OR {KNOWS.format('kept_id')})"


def upgrade() -> None:
    """Make it."""
    for statement in (*ALIKE, *FOUND):
        op.execute(statement)
    grant("same_person", "SELECT, INSERT, UPDATE, DELETE")
    force_row_security("same_person")
    policy("same_person", "reads", "SELECT", using=SEES_BOTH)
    policy("same_person", "finds", "INSERT", check=TASK)
    policy(
        "same_person",
        "decides",
        "UPDATE",
        using=SEES_BOTH,
        check=f"{TASK} OR ({SEES_BOTH} AND decided_by = viewer_staff_id())",
    )
    policy("same_person", "forgets", "DELETE", using=f"{TASK} AND state = 'open'")
    grant("common_name", "SELECT, INSERT, DELETE")
    grant("person_merge", "SELECT, INSERT, UPDATE (undone_by, undone_at, undo_reason)")
    force_row_security("person_merge")
    policy("person_merge", "reads", "SELECT", using=SEES_KEPT)
    policy("person_merge", "writes", "INSERT", check=TASK)
    policy("person_merge", "undoes", "UPDATE", using=TASK)
    policy("relationship", "merges_reads", "SELECT", using=TASK)
    policy("relationship", "merges_changes", "UPDATE", using=TASK)


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP POLICY merges_changes ON relationship")
    op.execute("DROP POLICY merges_reads ON relationship")
    op.execute("DROP TRIGGER member_not_merged ON member")
    op.execute("DROP FUNCTION guard_member_person()")
    op.execute("DROP TRIGGER person_merged ON person")
    op.execute("DROP FUNCTION guard_merge()")
    drop("person_merge", "common_name", "same_person")
    op.execute("DROP FUNCTION persons_like(text, text, text, date, date, date[], text, text)")
    op.execute("DROP INDEX person_name_by_name_idx")
    op.execute("DROP INDEX person_by_name_idx, person_by_birth_idx")
    op.execute("DROP FUNCTION births_agree(date, date)")
    op.execute("DROP FUNCTION names_agree(text, text, text[], text[])")
    op.execute("DROP FUNCTION one_slip_apart(text, text)")
