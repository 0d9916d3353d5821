"""The functions by which an officer reads under an open request for subject access: migration 0022.

They run as their owner, and say at once that there is nothing unless the viewer is an information
officer and a request is open, or a bundle is being made.
"""

from migrations.rules import VIEWER

DEFINER = "STABLE SECURITY DEFINER SET search_path = public, pg_temp"
TASK = f"{VIEWER} = 'task:subject_access'"


def ids(name: str, found: str, within: str) -> str:
    """A function that gives the ids which `found` selects, and asks nothing when `within` is empty."""
    return f"""
    CREATE FUNCTION {name}() RETURNS bigint[] {DEFINER} LANGUAGE plpgsql AS $$
    DECLARE within bigint[] := {within}();
    BEGIN
      IF within = '{{}}' THEN RETURN within; END IF;
      RETURN coalesce((SELECT array_agg(DISTINCT found.id) FROM ({found}) found), '{{}}');
    END $$"""


PERSONS, MEMBERS = "persons_under_access", "members_under_access"
READING = (
    f"""
    CREATE FUNCTION barred_persons() RETURNS bigint[] {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      SELECT coalesce(array_agg(DISTINCT person_id), '{{}}') FROM member
      WHERE family_id = ANY ((SELECT barred_families())::bigint[]);
    END""",
    # The person of each open request and whoever turned out to be them; for the task that makes a
    # bundle, of those whose bundle is being made.
    f"""
    CREATE FUNCTION persons_under_access() RETURNS bigint[] {DEFINER} LANGUAGE plpgsql AS $$
    DECLARE making boolean := coalesce({TASK}, false);
    BEGIN
      IF NOT making AND (viewer_staff_id() IS NULL
          OR NOT EXISTS (SELECT FROM access_request WHERE state = 'open')
          OR NOT viewer_holds('information_officer')) THEN
        RETURN '{{}}';
      END IF;
      RETURN (
        WITH asked AS (
          SELECT coalesce(p.merged_into_id, p.id) AS id
          FROM access_request r JOIN person p ON p.id = r.person_id
          WHERE r.state = 'open' AND (NOT making OR EXISTS (
            SELECT FROM access_bundle b WHERE b.request_id = r.id AND b.state = 'making'))
        ), reached AS (
          SELECT id FROM asked
          UNION SELECT p.id FROM person p JOIN asked ON p.merged_into_id = asked.id
        )
        SELECT coalesce(array_agg(id), '{{}}') FROM reached WHERE id <> ALL (barred_persons()));
    END $$""",
    ids(MEMBERS, "SELECT m.id FROM member m WHERE m.person_id = ANY (within)", PERSONS),
    ids(
        "families_under_access",
        "SELECT m.family_id AS id FROM member m WHERE m.person_id = ANY (within)",
        PERSONS,
    ),
    ids(
        "entries_under_access",
        "SELECT s.entry_id AS id FROM entry_subject s WHERE s.member_id = ANY (within)",
        MEMBERS,
    ),
    ids(
        "goals_under_access",
        """SELECT g.goal_id AS id FROM need n JOIN goal_need g ON g.need_id = n.id
           WHERE n.member_id = ANY (within)""",
        MEMBERS,
    ),
    ids(
        "spends_under_access",
        "SELECT s.spend_id AS id FROM spend_member s WHERE s.member_id = ANY (within)",
        MEMBERS,
    ),
    # Handoffs that describe one of these persons, by NHS number or by name and date of birth.
    f"""
    CREATE FUNCTION handoffs_naming(persons bigint[]) RETURNS bigint[] {DEFINER} LANGUAGE plpgsql AS $$
    DECLARE within bigint[] := persons_under_access();
    BEGIN
      IF within = '{{}}' THEN RETURN within; END IF;
      RETURN (
        WITH known AS (
          SELECT p.nhs_number, p.date_of_birth, lower(given) AS given, lower(p.family_name) AS family
          FROM person p CROSS JOIN unnest(ARRAY[p.given_name, p.known_as]) given
          WHERE p.id = ANY (persons) AND p.id = ANY (within)
          UNION SELECT p.nhs_number, p.date_of_birth, lower(o.given_name), lower(o.family_name)
          FROM person_name o JOIN person p ON p.id = o.person_id
          WHERE p.id = ANY (persons) AND p.id = ANY (within)
        )
        SELECT coalesce(array_agg(DISTINCT h.handoff_id), '{{}}') FROM known JOIN handoff_person h
          ON h.nhs_number = known.nhs_number OR (h.date_of_birth = known.date_of_birth
            AND lower(h.given_name) = known.given AND lower(h.family_name) = known.family));
    END $$""",
    f"""
    CREATE FUNCTION handoffs_under_access() RETURNS bigint[] {DEFINER} LANGUAGE plpgsql AS $$
    BEGIN
      RETURN handoffs_naming(persons_under_access());
    END $$""",
    # Who else a goal of theirs is for.
    f"""
    CREATE FUNCTION goals_beside_access() RETURNS TABLE (goal_id bigint, member_id bigint)
    {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      SELECT DISTINCT g.goal_id, n.member_id FROM goal_need g JOIN need n ON n.id = g.need_id
      WHERE g.goal_id = ANY ((SELECT goals_under_access())::bigint[]);
    END""",
    # Whom an item may be about besides: those in the same records, and those related to them.
    f"""
    CREATE FUNCTION people_beside_access(persons bigint[])
    RETURNS TABLE (person_id bigint, member_id bigint, member_uid uuid, family_id bigint,
      given_name text, family_name text, known_as text) {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      WITH asked AS (
        SELECT id FROM unnest(persons_under_access()) id WHERE id = ANY (persons)
      ), roots AS (
        SELECT DISTINCT coalesce(f.joined_into_id, f.id) AS id
        FROM asked JOIN member m ON m.person_id = asked.id JOIN family f ON f.id = m.family_id
      ), related AS (
        SELECT CASE r.person_id WHEN asked.id THEN r.other_id ELSE r.person_id END AS id
        FROM relationship r JOIN asked ON asked.id IN (r.person_id, r.other_id)
      ), beside AS (
        SELECT m.person_id, m.id, m.uid, m.family_id
        FROM family f JOIN roots ON roots.id IN (f.id, f.joined_into_id)
        JOIN member m ON m.family_id = f.id
        UNION SELECT m.person_id, m.id, m.uid, m.family_id
        FROM member m JOIN related ON related.id = m.person_id
      )
      SELECT p.id, beside.id, beside.uid, beside.family_id, p.given_name, p.family_name, p.known_as
      FROM beside JOIN person p ON p.id = beside.person_id
      WHERE p.id NOT IN (SELECT asked.id FROM asked) ORDER BY beside.id;
    END""",
    # Who opened a record of theirs while they were in it: roles and days, no names.
    f"""
    CREATE FUNCTION reads_under_access(persons bigint[])
    RETURNS TABLE (record text, seen_on date, role text, times bigint) {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      WITH place AS (
        SELECT coalesce(f.joined_into_id, f.id) AS root, m.started_on, m.ended_on
        FROM unnest(persons_under_access()) one JOIN member m ON m.person_id = one
        JOIN family f ON f.id = m.family_id WHERE one = ANY (persons)
      ), opened AS (
        SELECT DISTINCT a.id, f.reference, substring(a.viewer FROM '^staff:([0-9]{{1,18}})$')::bigint
          AS staff_id, (a.recorded_at AT TIME ZONE 'Europe/London')::date AS seen_on
        FROM place JOIN family f ON place.root IN (f.id, f.joined_into_id)
        JOIN audit_event a ON a.subject = f.reference AND a.act = 'family.read'
        WHERE (a.recorded_at AT TIME ZONE 'Europe/London')::date
          BETWEEN place.started_on AND coalesce(place.ended_on, 'infinity')
      )
      SELECT o.reference, o.seen_on, coalesce((SELECT string_agg(DISTINCT p.role, ',') FROM post p
        WHERE p.staff_id = o.staff_id AND p.started_on <= o.seen_on
          AND (p.ended_on IS NULL OR p.ended_on > o.seen_on)), ''), count(*)
      FROM opened o GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
    END""",
    # Who is meant by a name and date of birth, an NHS number or a family, for registering a request.
    f"""
    CREATE FUNCTION find_for_access(full_name text, born date, nhs text, record text, member uuid)
    RETURNS TABLE (person_id bigint, member_uid uuid, name text, date_of_birth date, records text[])
    {DEFINER} LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT viewer_holds('information_officer') THEN RETURN; END IF;
      RETURN QUERY
      WITH found AS (
        SELECT p.id FROM person p WHERE p.nhs_number = nhs
        UNION SELECT p.id FROM person p WHERE p.date_of_birth = born
          AND (lower(p.given_name || ' ' || p.family_name) = lower(full_name)
            OR p.known_as <> '' AND lower(p.known_as || ' ' || p.family_name) = lower(full_name))
        UNION SELECT p.id FROM person_name o JOIN person p ON p.id = o.person_id
          WHERE p.date_of_birth = born
            AND lower(o.given_name || ' ' || o.family_name) = lower(full_name)
        UNION SELECT m.person_id FROM family f
          JOIN member m ON m.family_id = ANY (records_of(f.id)) WHERE f.reference = record
        UNION SELECT m.person_id FROM member m WHERE m.uid = member
      ), meant AS (
        SELECT DISTINCT coalesce(p.merged_into_id, p.id) AS id
        FROM found JOIN person p ON p.id = found.id
      )
      SELECT p.id, (array_agg(m.uid ORDER BY m.id))[1], p.given_name || ' ' || p.family_name,
        p.date_of_birth, array_agg(DISTINCT f.reference)
      FROM meant JOIN person p ON p.id = meant.id JOIN member m ON m.person_id = p.id
      JOIN family f ON f.id = m.family_id WHERE p.id <> ALL (barred_persons())
      GROUP BY p.id ORDER BY 3, 4, 1;
    END $$""",
)
