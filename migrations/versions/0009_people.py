"""Who people are: what is known of each, their other names, and how they are related."""

from alembic import op

from migrations.rules import drop, force_row_security, grant, policy

revision = "0009"
down_revision = "0008"

ROLES = "'parent', 'child', 'other_adult', 'non_resident_parent', 'unborn'"

PERSON = (
    # The 2nd to 13th characters, weighed 2 to 13, leave a remainder of 23 that is the letter; the
    # last character of a temporary number is a letter too. Source: DfE, UPN guide.
    """
    CREATE FUNCTION upn_is_valid(number text) RETURNS boolean IMMUTABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT number ~ '^[ABCDEFGHJKLMNPQRTUVWXYZ][0-9]{11}[0-9ABCDEFGHJKLMNPQRTUVWXYZ]$' AND (
        SELECT sum(i * CASE WHEN substr(number, i, 1) ~ '[0-9]' THEN substr(number, i, 1)::int
          ELSE position(substr(number, i, 1) IN 'ABCDEFGHJKLMNPQRTUVWXYZ') - 1 END) % 23
        FROM generate_series(2, 13) i
      ) = position(substr(number, 1, 1) IN 'ABCDEFGHJKLMNPQRTUVWXYZ') - 1;
    END""",
    """
    ALTER TABLE person
      ADD known_as text NOT NULL DEFAULT '' CHECK (length(known_as) <= 200),
      ADD birth text NOT NULL DEFAULT 'exact' CHECK (birth IN ('exact', 'estimated', 'expected')),
      ADD sex text NOT NULL DEFAULT 'not_known'
        CHECK (sex IN ('female', 'male', 'indeterminate', 'not_known')),
      ADD gender text NOT NULL DEFAULT '' CHECK (length(gender) <= 100),
      ADD ethnicity text NOT NULL DEFAULT '' CHECK (ethnicity ~ '^[a-z_]*$'),
      ADD language text NOT NULL DEFAULT '' CHECK (length(language) <= 100),
      ADD interpreter_needed boolean,
      ADD disability text NOT NULL DEFAULT 'not_known'
        CHECK (disability IN ('yes', 'no', 'not_known')),
      ADD send text NOT NULL DEFAULT 'not_known'
        CHECK (send IN ('none', 'support', 'plan', 'not_known')),
      ADD adjustments text NOT NULL DEFAULT '' CHECK (length(adjustments) <= 500),
      ADD upn text UNIQUE CHECK (upn_is_valid(upn)),
      ADD died_on date,
      ADD merged_into_id bigint REFERENCES person CHECK (merged_into_id <> id),
      ADD version bigint NOT NULL DEFAULT 1,
      ADD CHECK (birth <> 'estimated' OR date_of_birth IS NOT NULL),
      ADD CONSTRAINT person_died_after_birth
        CHECK (birth = 'expected' OR died_on >= date_of_birth),
      ADD CONSTRAINT person_unborn_has_no_numbers
        CHECK (birth <> 'expected' OR num_nonnulls(nhs_number, upn, died_on) = 0)""",
    "CREATE INDEX person_merged_idx ON person (merged_into_id) WHERE merged_into_id IS NOT NULL",
    """
    UPDATE person SET birth = 'expected', nhs_number = NULL FROM member
    WHERE member.person_id = person.id AND member.role = 'unborn'""",
    """
    CREATE FUNCTION guard_person() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.died_on > london_today()
          OR (NEW.birth <> 'expected' AND NEW.date_of_birth > london_today())
          OR (NEW.birth = 'expected' AND NEW.date_of_birth > london_today() + 310) THEN
        RAISE EXCEPTION 'a birth or death that cannot be'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'person_possible_dates';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER person_guarded BEFORE INSERT OR UPDATE OF birth, date_of_birth, died_on
       ON person FOR EACH ROW EXECUTE FUNCTION guard_person()""",
    """
    CREATE TABLE person_name (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      person_id bigint NOT NULL REFERENCES person,
      kind text NOT NULL CHECK (kind IN ('former', 'alias')),
      given_name text NOT NULL CHECK (length(given_name) BETWEEN 1 AND 200),
      family_name text NOT NULL CHECK (length(family_name) BETWEEN 1 AND 200),
      name_key text NOT NULL,
      recorded_by bigint REFERENCES staff,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT person_name_once UNIQUE (person_id, name_key)
    )""",
)

MEMBER = (
    "ALTER TABLE member DROP CONSTRAINT member_role_check",
    f"""
    ALTER TABLE member
      ADD CONSTRAINT member_role_check CHECK (role IN ({ROLES}, 'relative')),
      ADD uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      ADD end_reason text NOT NULL DEFAULT '' CHECK (length(end_reason) <= 500)""",
    # What somebody was in the family before; a new role is not a new place in it.
    f"""
    CREATE TABLE member_past_role (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      member_id bigint NOT NULL REFERENCES member,
      role text NOT NULL CHECK (role IN ({ROLES}, 'relative')),
      ended_on date NOT NULL,
      recorded_by bigint REFERENCES staff,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT member_past_role_once UNIQUE (member_id, ended_on)
    )""",
    """
    CREATE FUNCTION guard_member_role() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.ended_on IS NULL AND (NEW.role = 'unborn')
          <> (SELECT birth = 'expected' FROM person WHERE id = NEW.person_id) THEN
        RAISE EXCEPTION 'the unborn, and they alone, are expected'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'member_unborn_is_expected';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER member_role_guarded BEFORE INSERT OR UPDATE OF role
       ON member FOR EACH ROW EXECUTE FUNCTION guard_member_role()""",
    # Whoever is born is a child from that day on, in every family they were expected in.
    """
    CREATE FUNCTION unborn_is_born() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO member_past_role (member_id, role, ended_on)
        SELECT id, role, NEW.date_of_birth FROM member
        WHERE person_id = NEW.id AND role = 'unborn' AND ended_on IS NULL
          AND started_on < NEW.date_of_birth
        ON CONFLICT DO NOTHING;
      UPDATE member SET role = 'child'
        WHERE person_id = NEW.id AND role = 'unborn' AND ended_on IS NULL;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER person_is_born AFTER UPDATE OF birth ON person FOR EACH ROW
       WHEN (OLD.birth = 'expected' AND NEW.birth <> 'expected')
       EXECUTE FUNCTION unborn_is_born()""",
)

# From the older to the younger in the first line; otherwise either way round.
KINDS = """
  'birth_parent', 'adoptive_parent', 'step_parent', 'foster_carer', 'special_guardian', 'carer',
  'grandparent', 'married', 'civil_partners', 'partners', 'sibling', 'half_sibling', 'relative'"""
DESCENT = "('birth_parent', 'adoptive_parent')"
COUPLE = "('married', 'civil_partners', 'partners')"
PARENTAL = """(
  'birth_parent', 'adoptive_parent', 'step_parent', 'foster_carer', 'special_guardian', 'carer',
  'grandparent')"""
"""Who may have parental responsibility."""

RELATIONSHIP = (
    f"""
    CREATE TABLE relationship (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      person_id bigint NOT NULL REFERENCES person,
      other_id bigint NOT NULL REFERENCES person,
      kind text NOT NULL CHECK (kind IN ({KINDS})),
      parental_responsibility text NOT NULL DEFAULT 'not_known'
        CHECK (parental_responsibility IN ('yes', 'no', 'not_known')),
      words text NOT NULL DEFAULT '' CHECK (length(words) <= 200),
      started_on date,
      separated_on date,
      ended_on date,
      removed_on date,
      removed_by bigint REFERENCES staff,
      recorded_by bigint REFERENCES staff,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      version bigint NOT NULL DEFAULT 1,
      CONSTRAINT relationship_with_another CHECK (person_id <> other_id),
      CONSTRAINT relationship_separated_later CHECK (separated_on >= started_on),
      CONSTRAINT relationship_ended_later
        CHECK (ended_on >= started_on AND ended_on >= separated_on),
      CONSTRAINT relationship_couple_separates CHECK (separated_on IS NULL OR kind IN {COUPLE}),
      CONSTRAINT relationship_words_of_relatives CHECK (words = '' OR kind = 'relative'),
      CONSTRAINT relationship_parental_responsibility
        CHECK (parental_responsibility = 'not_known' OR kind IN {PARENTAL}),
      CHECK ((removed_on IS NULL) = (removed_by IS NULL))
    )""",
    """CREATE UNIQUE INDEX relationship_current_key ON relationship
       (least(person_id, other_id), greatest(person_id, other_id), kind)
       WHERE ended_on IS NULL AND removed_on IS NULL""",
    "CREATE INDEX relationship_person_idx ON relationship (person_id)",
    "CREATE INDEX relationship_other_idx ON relationship (other_id)",
    f"""
    CREATE FUNCTION descends_from(person bigint, ancestor bigint) RETURNS boolean
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql
    BEGIN ATOMIC
      WITH RECURSIVE line AS (
        SELECT r.person_id AS id FROM relationship r
        WHERE r.other_id = person AND r.kind IN {DESCENT} AND r.removed_on IS NULL
        UNION
        SELECT r.person_id FROM relationship r JOIN line ON r.other_id = line.id
        WHERE r.kind IN {DESCENT} AND r.removed_on IS NULL
      )
      SELECT EXISTS (SELECT FROM line WHERE line.id = ancestor);
    END""",
    # One at a time, so that two transactions cannot each write half of a circle.
    f"""
    CREATE FUNCTION guard_relationship() RETURNS trigger
    SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
    DECLARE problem text;
    BEGIN
      IF NEW.removed_on IS NOT NULL THEN RETURN NEW; END IF;
      PERFORM pg_advisory_xact_lock(hashtext('keywork.relationship'));
      IF greatest(NEW.started_on, NEW.separated_on, NEW.ended_on) > london_today() THEN
        problem := 'relationship_past';
      ELSIF NEW.kind IN {DESCENT} THEN
        IF descends_from(NEW.person_id, NEW.other_id) THEN
          problem := 'relationship_own_ancestor';
        ELSIF (SELECT p.date_of_birth >= c.date_of_birth FROM person p, person c
            WHERE p.id = NEW.person_id AND c.id = NEW.other_id
              AND p.birth = 'exact' AND c.birth <> 'estimated') THEN
          problem := 'relationship_parent_older';
        ELSIF NEW.kind = 'birth_parent' AND (SELECT count(*) >= 2 FROM relationship r
            WHERE r.other_id = NEW.other_id AND r.kind = 'birth_parent'
              AND r.removed_on IS NULL AND r.id <> NEW.id) THEN
          problem := 'relationship_two_birth_parents';
        END IF;
      ELSIF NEW.kind IN {COUPLE} AND (descends_from(NEW.person_id, NEW.other_id)
          OR descends_from(NEW.other_id, NEW.person_id)) THEN
        problem := 'relationship_own_ancestor';
      END IF;
      IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'an impossible relationship'
          USING ERRCODE = 'check_violation', CONSTRAINT = problem;
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER relationship_guarded BEFORE INSERT OR UPDATE ON relationship
       FOR EACH ROW EXECUTE FUNCTION guard_relationship()""",
    # A date of birth that is mended must not make a parent younger than the child either.
    f"""
    CREATE FUNCTION guard_generations() RETURNS trigger
    SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('keywork.relationship'));
      IF EXISTS (SELECT FROM relationship r
          JOIN person p ON p.id = r.person_id JOIN person c ON c.id = r.other_id
          WHERE NEW.id IN (r.person_id, r.other_id) AND r.kind IN {DESCENT}
            AND r.removed_on IS NULL AND p.birth = 'exact' AND c.birth <> 'estimated'
            AND p.date_of_birth >= c.date_of_birth) THEN
        RAISE EXCEPTION 'a parent is older than the child'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'relationship_parent_older';
      END IF;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER person_generations AFTER UPDATE OF birth, date_of_birth ON person
       FOR EACH ROW EXECUTE FUNCTION guard_generations()""",
)

TOGETHER = """EXISTS (
  SELECT FROM member a JOIN member b ON b.family_id = a.family_id
  WHERE a.person_id = relationship.person_id AND b.person_id = relationship.other_id
    AND a.family_id = ANY ((SELECT open_families())::bigint[]))"""
"""That both people are or were in a family which the viewer may open."""


def upgrade() -> None:
    """Make it."""
    for statement in (*PERSON, *MEMBER, *RELATIONSHIP):
        op.execute(statement)
    grant("person_name", "SELECT, INSERT, UPDATE (person_id), DELETE")
    grant("member_past_role")
    grant("relationship", "SELECT, INSERT, UPDATE")
    force_row_security("relationship")
    policy("relationship", "reads", "SELECT", using=TOGETHER)
    policy("relationship", "writes", "INSERT", check=TOGETHER)
    policy("relationship", "changes", "UPDATE", using=TOGETHER, check=TOGETHER)
    op.execute("CREATE POLICY owner_checks ON relationship FOR SELECT TO CURRENT_USER USING (true)")


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP TRIGGER person_generations ON person")
    op.execute("DROP FUNCTION guard_generations()")
    op.execute("DROP FUNCTION descends_from(bigint, bigint)")
    drop("relationship", "person_name")
    op.execute("DROP FUNCTION guard_relationship()")
    op.execute("DROP TRIGGER person_is_born ON person")
    op.execute("DROP FUNCTION unborn_is_born()")
    op.execute("DROP TRIGGER member_role_guarded ON member")
    op.execute("DROP FUNCTION guard_member_role()")
    drop("member_past_role")
    op.execute("DROP TRIGGER person_guarded ON person")
    op.execute("DROP FUNCTION guard_person()")
    op.execute("UPDATE member SET role = 'other_adult' WHERE role = 'relative'")
    op.execute("ALTER TABLE member DROP COLUMN uid, DROP COLUMN end_reason")
    op.execute("ALTER TABLE member DROP CONSTRAINT member_role_check")
    op.execute(f"ALTER TABLE member ADD CONSTRAINT member_role_check CHECK (role IN ({ROLES}))")
    columns = """known_as birth sex gender ethnicity language interpreter_needed disability send
      adjustments upn died_on merged_into_id version"""
    op.execute("ALTER TABLE person " + ", ".join(f"DROP COLUMN {c}" for c in columns.split()))
    op.execute("DROP FUNCTION upn_is_valid(text)")
