"""Finding people by names that may be misspelt: SymSpell's single deletions, kept by the database.

Two words that are one typing error apart become the same when at most one letter is left out of
each. So the words of a name are kept with all that they become, as numbers, and are looked up with
all that a typed word becomes. The columns are generated: nothing can leave them behind.
"""

from alembic import op

from migrations.rules import APP

revision = "0015"
down_revision = "0014"

FUNCTIONS = (
    # What does not matter goes: case, accents, apostrophes. policy.search does the same.
    r"""
    CREATE FUNCTION name_words(name text) RETURNS text[] IMMUTABLE PARALLEL SAFE LANGUAGE sql
    RETURN array_remove(regexp_split_to_array(regexp_replace(translate(replace(replace(
      lower(normalize(name, NFKD)), 'ß', 'ss'), 'æ', 'ae'), 'łøđðı', 'loddi'),
      '[^[:alnum:][:space:],./-]', '', 'g'), '[[:space:],./-]+'), '')""",
    # A word of one or two letters stays whole: there would be nothing left to know it by. A loop
    # costs a quarter of what a query in its place does.
    """
    CREATE FUNCTION name_variants(words text[]) RETURNS int[]
    IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
    DECLARE
      word text;
      variant int;
      found int[] := '{}';
    BEGIN
      FOREACH word IN ARRAY words LOOP
        FOR place IN 0 .. CASE WHEN length(word) > 2 THEN length(word) ELSE 0 END LOOP
          variant := hashtext(left(word, greatest(place - 1, 0)) || substr(word, place + 1));
          IF variant <> ALL (found) THEN found := found || variant; END IF;
        END LOOP;
      END LOOP;
      RETURN found;
    END $$""",
    # A name is found by its words, and as if there were no spaces within it, or at all.
    """
    CREATE FUNCTION name_variants(given_name text, family_name text, known_as text)
    RETURNS int[] IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
    DECLARE
      words text[] := name_words(given_name) || name_words(family_name) || name_words(known_as);
      given text := array_to_string(name_words(given_name), '');
      family text := array_to_string(name_words(family_name), '');
    BEGIN
      RETURN name_variants(words || given || family)
        || hashtext(given || family) || hashtext(family || given);
    END $$""",
)
COLUMNS = {
    "person": "name_variants(given_name, family_name, known_as)",
    "person_name": "name_variants(given_name, family_name, '')",
}

INDEXES = (
    *(
        f"CREATE INDEX {table}_variants_idx ON {table} USING gin (name_variants)"
        " WITH (fastupdate = off)"
        for table in COLUMNS
    ),
    "CREATE INDEX member_family_idx ON member (family_id, person_id)",
    "CREATE INDEX family_of_hub_idx ON family (hub_id, id) WHERE joined_into_id IS NULL",
)

# What numbered families before keeps the first four digits of the 10,000th, which is the 1,000th's.
REFERENCE = "ALTER TABLE family ALTER reference SET DEFAULT 'KW-' || {number}"
BEFORE = "lpad(nextval('family_reference')::text, 4, '0')"
ANY_NUMBER = "to_char(nextval('family_reference'), 'FM99999999999990000')"


def upgrade() -> None:
    """Make it."""
    op.execute(REFERENCE.format(number=ANY_NUMBER))
    for function in FUNCTIONS:
        op.execute(function)
    for table, variants in COLUMNS.items():
        op.execute(
            f"ALTER TABLE {table} ADD name_variants int[] GENERATED ALWAYS AS ({variants}) STORED"
        )
    for index in INDEXES:
        op.execute(index)
    op.execute("""
        CREATE VIEW searchable_name WITH (security_invoker) AS
        SELECT id AS person_id, name_variants FROM person
        UNION ALL SELECT person_id, name_variants FROM person_name""")
    op.execute(f"GRANT SELECT ON searchable_name TO {APP}")


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP VIEW searchable_name")
    op.execute("DROP INDEX member_family_idx, family_of_hub_idx")
    for table in COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN name_variants")
    op.execute("DROP FUNCTION name_variants(text, text, text)")
    op.execute("DROP FUNCTION name_variants(text[])")
    op.execute("DROP FUNCTION name_words(text)")
    op.execute(REFERENCE.format(number=BEFORE))
