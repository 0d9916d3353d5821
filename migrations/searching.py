"""Questions about everybody that tell of nobody: made by 0018.

Operators that are not leakproof cannot use an index under a row policy. So these run as the owner,
ask once which records the viewer opens, and return ids of their members, or a boolean.
"""

DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp"
OPENS = "ANY ((SELECT open_families())::bigint[])"

# Exactly somebody: by NHS number, or by name and date of birth unless both have an NHS number.
EXACTLY = "exact_persons(text, text[], date)"
PERSONS_LIKE = "persons_like(text, text, text, date, date, date[], text, text)"
LIKE = """given text, family text, goes_by text, born date, turned date, mistaken date[], nhs text,
      pupil text"""
SEARCH = (
    """
    CREATE FUNCTION exact_persons(nhs text, names text[], born date) RETURNS SETOF bigint
    STABLE ROWS 1 LANGUAGE sql
    BEGIN ATOMIC
      SELECT p.id FROM person p
      WHERE p.merged_into_id IS NULL AND EXISTS (SELECT FROM member m WHERE m.person_id = p.id)
        AND p.id IN (
          SELECT id FROM person WHERE nhs_number = nhs
          UNION ALL
          SELECT id FROM person WHERE date_of_birth = born AND name_key = ANY (names)
            AND (nhs IS NULL OR nhs_number IS NULL));
    END""",
    f"""
    CREATE FUNCTION is_held(nhs text, names text[], born date) RETURNS boolean
    STABLE {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      SELECT viewer_staff_id() IS NOT NULL AND EXISTS (SELECT FROM exact_persons(nhs, names, born));
    END""",
    f"""
    CREATE FUNCTION is_held_elsewhere(nhs text, names text[], born date) RETURNS boolean
    STABLE {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      SELECT viewer_staff_id() IS NOT NULL AND EXISTS (
        SELECT FROM exact_persons(nhs, names, born) found
        WHERE NOT EXISTS (SELECT FROM member m
          WHERE m.person_id = found AND m.family_id = {OPENS}));
    END""",
    f"""
    CREATE FUNCTION known_persons_like({LIKE}) RETURNS SETOF bigint
    STABLE ROWS 20 {DEFINER} LANGUAGE plpgsql AS $$
    DECLARE reach bigint[] := open_families();
    BEGIN
      RETURN QUERY SELECT DISTINCT m.person_id
      FROM persons_like(given, family, goes_by, born, turned, mistaken, nhs, pupil) alike
      JOIN member m ON m.person_id = alike
      WHERE (m.family_id IN (SELECT unnest(reach))) IS TRUE;
    END $$""",
    # `fits` is about one name; `name_variants` has its words and what they become. One and two words
    # must all be in a name, of more all but one: few give a middle name. With a date of birth any one
    # will do. When the viewer's families
    # are few, their members are looked through; when they are many, all who have such a name are
    # found first. OFFSET 0 keeps the conditions in their order.
    f"""
    CREATE FUNCTION find_members(words text[], born date, nhs text, upn text, postcode text,
      reference text, few int, enough int)
    RETURNS TABLE (member_id bigint, by_key boolean) STABLE ROWS 50 {DEFINER} LANGUAGE plpgsql AS $$
    DECLARE
      reach bigint[] := open_families();
      parts text[] := ARRAY(SELECT format('s.name_variants && %L::int[]', name_variants(ARRAY[word]))
        FROM unnest(words) word);
      fits text;
      source text[] := '{{}}';
    BEGIN
      SELECT string_agg(every, ' OR ') INTO fits FROM (
        SELECT '(' || string_agg(part, ' AND ') || ')' AS every
        FROM generate_series(1, CASE WHEN cardinality(parts) > 2 THEN cardinality(parts) ELSE 1 END) left_out
        CROSS JOIN unnest(parts) WITH ORDINALITY part (part, place)
        WHERE cardinality(parts) <= 2 OR place <> left_out GROUP BY left_out) some_of;
      IF fits IS NOT NULL AND cardinality(reach) <= few THEN
        source := source || format('SELECT s.person_id, false FROM unnest($1) family_id
          JOIN member m USING (family_id) JOIN searchable_name s ON s.person_id = m.person_id
          WHERE %s', fits);
      ELSIF fits IS NOT NULL THEN
        source := source || format('SELECT s.person_id, false FROM searchable_name s WHERE %s', fits);
      END IF;
      IF born IS NOT NULL THEN
        source := source || format('SELECT s.id, false FROM (SELECT id, name_variants FROM person
          WHERE date_of_birth = $2 OFFSET 0) s WHERE %s', coalesce(nullif(array_to_string(parts, ' OR '), ''), 'true'));
      END IF;
      source := source || ARRAY[
        CASE WHEN nhs IS NOT NULL THEN 'SELECT id, true FROM person WHERE nhs_number = $3' END,
        CASE WHEN upn IS NOT NULL THEN 'SELECT id, true FROM person WHERE upn = $4' END,
        CASE WHEN postcode IS NOT NULL THEN 'SELECT m.person_id, true FROM residence r
          JOIN member m ON m.id = r.member_id WHERE r.postcode = $5' END,
        CASE WHEN reference IS NOT NULL THEN 'SELECT m.person_id, true FROM family f
          JOIN member m ON m.family_id = f.id WHERE f.reference = $6 AND m.ended_on IS NULL
            AND f.id = ANY ($1)' END];
      IF array_to_string(source, '') = '' THEN RETURN; END IF;
      RETURN QUERY EXECUTE format('
        WITH source (person_id, by_key) AS (%s),
          hit AS MATERIALIZED (SELECT person_id, bool_or(by_key) AS by_key FROM source GROUP BY 1)
        SELECT m.id, hit.by_key FROM hit JOIN member m ON m.person_id = hit.person_id
        JOIN person p ON p.id = hit.person_id
        WHERE (m.family_id IN (SELECT unnest($1))) IS TRUE
        ORDER BY hit.by_key DESC, p.date_of_birth = $2 DESC NULLS LAST,
          p.name_variants @> ARRAY(SELECT hashtext(word) FROM unnest($7) word) DESC,
          m.ended_on IS NULL DESC, m.id
        LIMIT $8', array_to_string(source, ' UNION ALL '))
      USING reach, born, nhs, upn, postcode, reference, words, enough;
    END $$""",
)
