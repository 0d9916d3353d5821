"""What may reach the person whom something is copied for, and the copies that were made.

While `keywork.copied_for` names a person, every table shows of what the viewer may read only what
may reach that person. The policies ask functions that run as the owner, who is not asked in turn;
each is called once a statement, and not at all while nothing is copied.
"""

from alembic import op

from migrations.rules import (
    DEFINER,
    READS_ROW,
    VISIBILITY_COLUMNS,
    append_only,
    copied,
    drop,
    grant,
    never_copied,
    own_name,
    protect,
    sees,
)

revision = "0021"
down_revision = "0020"

NEVER_OF_KIND = "('disclosure', 'handoff', 'safe_contact', 'same_person')"
"""Entries about whom we told, who told us, and how to reach the family unseen."""

WHOLE_FAMILY = "('goal', 'action', 'review')"
"""Entries that are the whole family's when they name nobody."""

FUNCTIONS = (
    """
    CREATE FUNCTION copied_for() RETURNS bigint STABLE LANGUAGE sql
    RETURN nullif(current_setting('keywork.copied_for', true), '')::bigint""",
    # Each place that the person has or had in a record.
    f"""
    CREATE FUNCTION copy_own() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(m.id), '{{}}') FROM person p
      JOIN member m ON m.person_id = coalesce(p.merged_into_id, p.id) WHERE p.id = copied_for();
    END""",
    f"""
    CREATE FUNCTION copy_names() RETURNS text[] {DEFINER}
    RETURN coalesce((SELECT array_agg('member:' || id) FROM unnest(copy_own()) id), '{{}}')""",
    # Records that are read as one with one they are or were in.
    f"""
    CREATE FUNCTION copy_families() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      WITH root AS (
        SELECT DISTINCT coalesce(f.joined_into_id, f.id) AS id
        FROM member m JOIN family f ON f.id = m.family_id WHERE m.id = ANY ((SELECT copy_own())::bigint[])
      )
      SELECT coalesce(array_agg(f.id), '{{}}') FROM family f, root
      WHERE f.id = root.id OR f.joined_into_id = root.id;
    END""",
    # Themself, and children under 12 whom they have parental responsibility for and are part of the
    # family with: from 12 on a child is presumed to exercise their own rights. Source: ICO, "A guide
    # to subject access", requests for information about children; Data Protection Act 2018 s.208 is
    # the same presumption in Scotland.
    f"""
    CREATE FUNCTION copy_members() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      WITH own AS (
        SELECT m.id, m.person_id, m.role, m.ended_on, coalesce(f.joined_into_id, f.id) AS record
        FROM member m JOIN family f ON f.id = m.family_id WHERE m.id = ANY ((SELECT copy_own())::bigint[])
      ), part_of AS (
        SELECT record, person_id FROM own WHERE ended_on IS NULL GROUP BY record, person_id
        HAVING bool_and(role NOT IN ('non_resident_parent', 'relative'))
      ), of_child AS (
        SELECT m.id, m.ended_on, part_of.record, c.id AS child_id
        FROM part_of
        JOIN relationship r ON r.person_id = part_of.person_id
          AND r.parental_responsibility = 'yes' AND r.ended_on IS NULL AND r.removed_on IS NULL
        JOIN person c ON c.id = r.other_id
          AND (c.birth = 'expected' OR c.date_of_birth > london_today() - interval '12 years')
        JOIN member m ON m.person_id = c.id AND m.role IN ('child', 'unborn')
        JOIN family f ON f.id = m.family_id AND coalesce(f.joined_into_id, f.id) = part_of.record
      )
      SELECT coalesce(array_agg(id), '{{}}') FROM (
        SELECT id FROM own
        UNION
        SELECT place.id FROM of_child place WHERE EXISTS (SELECT FROM of_child now
          WHERE (now.record, now.child_id) = (place.record, place.child_id) AND now.ended_on IS NULL)
      ) reached;
    END""",
    f"""
    CREATE FUNCTION copy_persons() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(DISTINCT person_id), '{{}}') FROM member WHERE id = ANY ((SELECT copy_members())::bigint[]);
    END""",
    # What is protected reaches those who are named. Of the rest, what we saw or did ourselves, when
    # everybody it is about is themself or a young child of theirs. What others told us is judged
    # one by one, when somebody asks for access to it.
    f"""
    CREATE FUNCTION copy_entries() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      WITH reach AS MATERIALIZED (
        SELECT copy_families() AS families, copy_names() AS names, copy_members() AS members
      ), at_home AS MATERIALIZED (
        SELECT DISTINCT together.id FROM member m JOIN family f ON f.id = m.family_id
        JOIN family together ON coalesce(together.joined_into_id, together.id)
          = coalesce(f.joined_into_id, f.id)
        WHERE m.id = ANY ((SELECT copy_own())::bigint[]) AND m.ended_on IS NULL AND m.role IN ('parent', 'child')
      )
      SELECT coalesce(array_agg(e.id), '{{}}') FROM entry e, reach
      WHERE e.family_id = ANY (reach.families) AND e.kind NOT IN {NEVER_OF_KIND}
        AND CASE
          WHEN e.visibility = 'protected' THEN e.readers && reach.names
          WHEN e.source NOT IN ('own_observation', 'system') THEN false
          WHEN EXISTS (SELECT FROM entry_subject s WHERE s.entry_id = e.id) THEN NOT EXISTS (
            SELECT FROM entry_subject s WHERE s.entry_id = e.id AND s.member_id <> ALL (reach.members))
          ELSE e.kind IN {WHOLE_FAMILY} AND e.family_id IN (SELECT id FROM at_home)
        END;
    END""",
    # A correction takes the place of what was wrong.
    f"""
    CREATE FUNCTION copy_superseded() RETURNS bigint[] {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(array_agg(supersedes_id), '{{}}') FROM entry
      WHERE family_id = ANY ((SELECT copy_families())::bigint[]) AND supersedes_id IS NOT NULL;
    END""",
    f"""
    CREATE FUNCTION copy_has_spend(wanted bigint) RETURNS boolean {DEFINER}
    BEGIN ATOMIC
      SELECT coalesce(bool_and(member_id = ANY ((SELECT copy_members())::bigint[])), false) FROM spend_member
      WHERE spend_id = wanted;
    END""",
)
NAMED = """
    CREATE FUNCTION guard_named_members() RETURNS trigger
    SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM unnest(NEW.readers) reader WHERE reader LIKE 'member:%' AND NOT EXISTS (
          SELECT FROM member m WHERE 'member:' || m.id = reader
            AND m.family_id = ANY (records_of(NEW.family_id)))) THEN
        RAISE EXCEPTION 'only members of the family may be given what is in its record'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'readers_of_the_family';
      END IF;
      RETURN NEW;
    END $$"""
"""A row names members of its own family, or nobody."""

NAMES_MEMBERS = (
    "action",
    "affiliation",
    "consent",
    "contact_point",
    "copy",
    "disclosure",
    "document",
    "entry",
    "goal",
    "need",
    "professional",
    "residence",
    "spend",
)

FUNCTION_NAMES = (
    "guard_named_members()",
    "copy_has_spend(bigint)",
    "copy_superseded()",
    "copy_entries()",
    "copy_persons()",
    "copy_members()",
    "copy_families()",
    "copy_names()",
    "copy_own()",
    "copied_for()",
)

READ_BY_FUNCTIONS = (
    "entry",
    "entry_subject",
    "family",
    "member",
    "person",
    "relationship",
    "spend_member",
)


def among(column: str, function: str) -> str:
    """That what the column says is in the list which a function makes, once a statement."""
    return f"{column} = ANY ((SELECT {function}())::bigint[])"


OPEN_OR_NAMED = "(visibility = 'team' OR readers && (SELECT copy_names()))"
WITH_ENTRY = among("entry_id", "copy_entries")
OWN = f"{among('member_id', 'copy_own')} AND {OPEN_OR_NAMED}"
WITH_MEMBER = among("member_id", "copy_members")

RULES = {
    "family": among("id", "copy_families"),
    "team_member": among("family_id", "copy_families"),
    "person": among("id", "copy_persons"),
    "person_name": among("person_id", "copy_persons"),
    "member": among("id", "copy_members"),
    "member_past_role": WITH_MEMBER,
    "relationship": f"{among('person_id', 'copy_persons')} AND {among('other_id', 'copy_persons')}",
    "entry": f"{among('id', 'copy_entries')} AND id <> ALL ((SELECT copy_superseded())::bigint[])",
    "entry_subject": f"{WITH_ENTRY} AND {WITH_MEMBER}",
    "significant_entry": WITH_ENTRY,
    "entry_goal": WITH_ENTRY,
    "entry_action": WITH_ENTRY,
    "need": f"{WITH_ENTRY} AND {OPEN_OR_NAMED} AND {WITH_MEMBER}",
    "need_severity": f"{WITH_ENTRY} AND {sees('need_severity', 'need')}",
    "goal": f"{WITH_ENTRY} AND {OPEN_OR_NAMED}",
    "goal_score": f"{WITH_ENTRY} AND {sees('goal_score', 'goal')}",
    "goal_need": sees("goal_need", "goal", "need"),
    "action": f"{WITH_ENTRY} AND {OPEN_OR_NAMED} AND (member_id IS NULL OR {WITH_MEMBER})",
    "document": f"{WITH_ENTRY} AND {OPEN_OR_NAMED}",
    "professional": f"{WITH_ENTRY} AND {OPEN_OR_NAMED}",
    "consent": f"{WITH_ENTRY} AND {OWN}",
    "residence": OWN,
    "contact_point": OWN,
    "affiliation": OWN,
    "spend_member": sees("spend_member", "spend"),
    "purchase": sees("purchase", "spend"),
    "receipt": sees("receipt", "spend"),
}
"""What may be copied. A place is a member's own; the rest goes by its entry."""

SPEND = f"copy_has_spend(id) AND {OPEN_OR_NAMED}"

NEVER = (
    "alert",
    "audit_event",
    "break_glass",
    "conflict_of_interest",
    "cover",
    "disclosure",
    "family_join",
    "form_draft",
    "handoff",
    "handoff_draft",
    "handoff_person",
    "handoff_stage",
    "open_period",
    "person_merge",
    "safe_contact",
    "same_person",
)

COPY = (
    f"""
    CREATE TABLE copy (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
      reference text NOT NULL UNIQUE CHECK (reference ~ '^C-[2-9A-Z]{{7}}$'),
      family_id bigint NOT NULL REFERENCES family,
      member_id bigint NOT NULL,
      entry_id bigint NOT NULL,
      author text NOT NULL,
      made_by bigint NOT NULL REFERENCES staff CHECK (made_by = viewer_staff_id()),
      made_at timestamptz NOT NULL DEFAULT now(),
      parts text[] NOT NULL CHECK (
        cardinality(parts) > 0 AND parts <@ ARRAY['plan', 'chronology', 'facts']),
      items int NOT NULL CHECK (items > 0),
      stored_name text NOT NULL UNIQUE REFERENCES stored_file (name),
      size_bytes bigint NOT NULL CHECK (size_bytes > 0),
      sha256 bytea NOT NULL CHECK (length(sha256) = 32),
      {VISIBILITY_COLUMNS},
      CHECK (author = ANY (readers)),
      FOREIGN KEY (member_id, family_id) REFERENCES member (id, family_id),
      FOREIGN KEY (entry_id, family_id) REFERENCES entry (id, family_id)
    )""",
    "CREATE INDEX copy_family_idx ON copy (family_id, id DESC)",
)
COPY_GIVEN = """reference, family_id, member_id, entry_id, author, made_by, made_at, parts, items,
  stored_name, size_bytes, sha256, visibility, readers"""


def upgrade() -> None:
    """Make it."""
    for statement in (*FUNCTIONS, NAMED, *COPY):
        op.execute(statement)
    grant("copy", f"SELECT, INSERT ({COPY_GIVEN})")
    append_only("copy")
    protect("copy", rule=READS_ROW)
    own_name("copy")
    for table in NAMES_MEMBERS:
        op.execute(
            f"CREATE TRIGGER {table}_named_members BEFORE INSERT OR UPDATE OF readers ON {table}"
            " FOR EACH ROW WHEN (array_to_string(NEW.readers, ' ') LIKE '%member:%')"
            " EXECUTE FUNCTION guard_named_members()"
        )
    for table in READ_BY_FUNCTIONS:
        op.execute(f"CREATE POLICY copy_checks ON {table} FOR SELECT TO CURRENT_USER USING (true)")
    for table, rule in RULES.items():
        copied(table, rule)
    # A view of purses reads this one as the owner.
    copied("spend", SPEND, to="PUBLIC")
    never_copied("copy", *NEVER)


def downgrade() -> None:
    """Unmake it."""
    for table in (*RULES, "spend", *NEVER):
        op.execute(f"DROP POLICY copied ON {table}")
    for table in READ_BY_FUNCTIONS:
        op.execute(f"DROP POLICY copy_checks ON {table}")
    drop("copy")
    for table in NAMES_MEMBERS:
        if table != "copy":
            op.execute(f"DROP TRIGGER {table}_named_members ON {table}")
    for function in FUNCTION_NAMES:
        op.execute(f"DROP FUNCTION {function}")
