"""Row policies on every table that tells of a person, and the few questions that may look past them.

Triggers and functions that must see what the viewer does not run as their owner, and tell no more
than a refusal, a boolean, or the ids of what the viewer may open.
"""

from importlib import import_module

from alembic import op

from migrations.rules import VIEWER, force_row_security, owner_acts, policy, sees
from migrations.searching import DEFINER, EXACTLY, OPENS, PERSONS_LIKE, SEARCH

revision = "0018"
down_revision = "0017"

MANAGES = "ANY ((SELECT managed_families())::bigint[])"
KEYS = "ANY ((SELECT keyed_families())::bigint[])"
HANDED = "ANY ((SELECT handed_families())::bigint[])"
BARRED = "ALL ((SELECT barred_families())::bigint[])"
TASK = f"(SELECT {VIEWER} = 'task:families')"
"""The nightly search, and joins and merges that reach into records which the actor may not open."""

MONEY_TASK = f"{VIEWER} = 'task:commissioning'"
SOMEBODY = f"(SELECT coalesce({VIEWER}, '') ~ '^(staff|task):')"

# As in 0017, with what is asked once held in variables, and plans kept: policies ask these often.
QUICKER = (
    f"""
    CREATE OR REPLACE FUNCTION viewer_posts() RETURNS TABLE (role text, hub_id bigint)
    STABLE ROWS 3 {DEFINER} LANGUAGE plpgsql AS $$
    DECLARE
      viewer bigint := viewer_staff_id();
      whom bigint[] := viewer || stands_in_for();
    BEGIN
      RETURN QUERY SELECT p.role, p.hub_id FROM post p JOIN staff s ON s.id = viewer
      WHERE s.active AND p.staff_id = ANY (whom)
        AND p.started_on <= london_today() AND (p.ended_on IS NULL OR p.ended_on > london_today());
    END $$""",
    f"""
    CREATE OR REPLACE FUNCTION managed_families() RETURNS bigint[]
    STABLE {DEFINER} LANGUAGE plpgsql AS $$
    DECLARE
      hubs bigint[] := managed_hubs();
      own bigint[];
      joined bigint[];
      barred bigint[] := barred_families();
    BEGIN
      IF hubs = '{{}}' THEN RETURN hubs; END IF;
      SELECT array_agg(f.id) INTO own FROM unnest(hubs) hub CROSS JOIN LATERAL (
        SELECT id FROM family WHERE hub_id = hub AND joined_into_id IS NULL OFFSET 0) f;
      SELECT array_agg(f.id) INTO joined FROM family f
      WHERE f.joined_into_id IS NOT NULL AND f.joined_into_id IN (SELECT unnest(own));
      own := coalesce(own || joined, '{{}}');
      RETURN CASE barred WHEN '{{}}' THEN own
        ELSE ARRAY(SELECT id FROM unnest(own) id WHERE id <> ALL (barred)) END;
    END $$""",
    f"""
    CREATE OR REPLACE FUNCTION open_families() RETURNS bigint[]
    STABLE {DEFINER} LANGUAGE plpgsql AS $$
    DECLARE
      viewer bigint := viewer_staff_id();
      whom bigint[] := viewer || stands_in_for();
      barred bigint[];
      own bigint[];
    BEGIN
      IF viewer IS NULL OR NOT EXISTS (SELECT FROM staff WHERE id = viewer AND active) THEN
        RETURN '{{}}';
      END IF;
      barred := barred_families();
      own := ARRAY(
        SELECT family_id FROM team_member
        WHERE staff_id = ANY (whom) AND started_on <= london_today()
          AND (ended_on IS NULL OR ended_on > london_today())
        UNION
        SELECT family_id FROM break_glass
        WHERE staff_id = viewer AND given_back_at IS NULL AND ends_at > now());
      RETURN ARRAY(
        SELECT id FROM unnest(own) id WHERE id <> ALL (barred)
        UNION
        SELECT id FROM family WHERE joined_into_id IS NOT NULL AND joined_into_id = ANY (own)
          AND id <> ALL (barred)
      ) || managed_families();
    END $$""",
)

QUICKENED = ("viewer_posts", "managed_families", "open_families")

ACCESS = (
    # The records whose key worker the viewer is, and so may choose the rest of the team for.
    f"""
    CREATE FUNCTION keyed_families() RETURNS bigint[] STABLE {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      SELECT coalesce(array_agg(t.family_id), '{{}}')
      FROM team_member t JOIN staff s ON s.id = viewer_staff_id()
      WHERE t.staff_id = ANY (s.id || stands_in_for()) AND s.active AND t.role = 'key_worker'
        AND t.ended_on IS NULL AND t.family_id <> {BARRED};
    END""",
    # Those that wait for the viewer's answer, who becomes their key worker by accepting.
    f"""
    CREATE FUNCTION handed_families() RETURNS bigint[] STABLE {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      SELECT coalesce(array_agg(coalesce(f.joined_into_id, f.id)), '{{}}')
      FROM handoff h JOIN family f ON f.id = h.family_id JOIN staff s ON s.id = h.key_worker_id
      WHERE h.key_worker_id = viewer_staff_id() AND h.stage = 'allocated' AND s.active
        AND f.id <> {BARRED};
    END""",
    # Whether the viewer sees a row of the table whose policy asks: a policy cannot ask that itself.
    *(
        f"""
    CREATE FUNCTION sees_{table}(wanted bigint) RETURNS boolean STABLE LANGUAGE sql
    BEGIN ATOMIC
      SELECT EXISTS (SELECT FROM {table} WHERE id = wanted);
    END"""
        for table in ("person", "entry")
    ),
    f"""
    CREATE FUNCTION in_no_family(person bigint) RETURNS boolean STABLE {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      SELECT NOT EXISTS (SELECT FROM member WHERE person_id = person);
    END""",
    # How many open families each is key worker of, whoever may open them: no more than a number.
    f"""
    CREATE FUNCTION caseloads(workers bigint[]) RETURNS TABLE (staff_id bigint, families bigint)
    STABLE {DEFINER} LANGUAGE sql
    BEGIN ATOMIC
      SELECT t.staff_id, count(*) FROM team_member t
      JOIN family f ON f.id = t.family_id AND f.closed_on IS NULL
      WHERE t.staff_id = ANY (workers) AND t.role = 'key_worker' AND t.ended_on IS NULL
        AND viewer_staff_id() IS NOT NULL
      GROUP BY 1;
    END""",
)

MADE = (
    "find_members(text[], date, text, text, text, text, int, int)",
    f"known_{PERSONS_LIKE}",
    "is_held_elsewhere(text, text[], date)",
    "is_held(text, text[], date)",
    EXACTLY,
    "caseloads(bigint[])",
    "in_no_family(bigint)",
    "sees_person(bigint)",
    "sees_entry(bigint)",
    "handed_families()",
    "keyed_families()",
)

SEES_PERSON = f"""({TASK}
  OR EXISTS (SELECT FROM member
    WHERE member.person_id = ANY (ARRAY[person.id, person.merged_into_id]))
  OR (written_by = {VIEWER} AND in_no_family(id)))"""
"""Who is or was in a family the viewer may open, or was merged into one who is; and somebody the
viewer is writing down, before there is a family to put them in."""

TEAM_CHANGES = f"""{TASK} OR family_id = {MANAGES}
  OR (family_id = {KEYS} AND role <> 'key_worker')"""

POLICIES: dict[str, dict[str, tuple[str, str, str]]] = {
    "family": {
        "reads": (
            "SELECT",
            f"{TASK} OR id = {OPENS}"
            f" OR (hub_id = ANY ((SELECT managed_hubs())::bigint[]) AND id <> {BARRED})",
            "",
        ),
        "opens": ("INSERT", "", "hub_id = ANY ((SELECT managed_hubs())::bigint[])"),
        "changes": ("UPDATE", f"{TASK} OR id = {OPENS}", f"{TASK} OR id = {OPENS}"),
    },
    "member": {
        "reads": ("SELECT", f"{TASK} OR family_id = {OPENS}", ""),
        "joins": ("INSERT", "", f"family_id = {OPENS} AND sees_person(person_id)"),
        "changes": (
            "UPDATE",
            f"{TASK} OR family_id = {OPENS}",
            f"{TASK} OR (family_id = {OPENS} AND sees_person(person_id))",
        ),
    },
    "member_past_role": {
        "reads": ("SELECT", sees("member_past_role", "member"), ""),
        "writes": ("INSERT", "", sees("member_past_role", "member")),
    },
    "person": {
        "reads": ("SELECT", SEES_PERSON, ""),
        "writes": (
            "INSERT",
            "",
            f"viewer_staff_id() IS NOT NULL AND written_by = {VIEWER} AND merged_into_id IS NULL",
        ),
        "changes": ("UPDATE", SEES_PERSON, SEES_PERSON),
    },
    "person_name": {
        "known": (
            "ALL",
            f"{TASK} OR {sees('person_name', 'person')}",
            f"{TASK} OR {sees('person_name', 'person')}",
        )
    },
    "team_member": {
        "reads": (
            "SELECT",
            f"{TASK} OR family_id = {OPENS} OR family_id = {HANDED}"
            f" OR (staff_id = viewer_staff_id() AND family_id <> {BARRED})",
            "",
        ),
        "joins": (
            "INSERT",
            "",
            f"{TEAM_CHANGES} OR (family_id = {HANDED} AND role = 'key_worker'"
            " AND staff_id = viewer_staff_id())",
        ),
        "changes": (
            "UPDATE",
            f"{TASK} OR family_id = {MANAGES} OR family_id = {KEYS}",
            TEAM_CHANGES,
        ),
        "gives_way": (
            "UPDATE",
            f"family_id = {HANDED} AND (role = 'key_worker' OR staff_id = viewer_staff_id())",
            f"family_id = {HANDED} AND ended_on IS NOT NULL",
        ),
    },
    "open_period": {
        "reads": ("SELECT", f"{TASK} OR family_id = {OPENS}", ""),
        "opens": ("INSERT", "", f"family_id = {MANAGES} AND started_by = {VIEWER}"),
        "ends": ("UPDATE", f"{TASK} OR family_id = {MANAGES}", ""),
    },
    "family_join": {
        "reads": ("SELECT", f"into_id = {OPENS} OR family_id = {OPENS}", ""),
        "joins": ("INSERT", "", f"into_id = {MANAGES} AND family_id = {OPENS}"),
        "undoes": ("UPDATE", f"into_id = {MANAGES}", ""),
    },
    "common_name": {
        "reads": ("SELECT", SOMEBODY, ""),
        "counts": ("INSERT", "", TASK),
        "forgets": ("DELETE", TASK, ""),
    },
    "journal_entry": {
        "reads": ("SELECT", SOMEBODY, ""),
        "posts": (
            "INSERT",
            "",
            f"""{MONEY_TASK} OR CASE WHEN act IN ('allocate', 'vire', 'reverse')
              THEN (SELECT viewer_holds('service_lead'))
              ELSE EXISTS (SELECT FROM spend WHERE spend.reference = journal_entry.reference) END""",
        ),
    },
}
"""By table and name: the command, which rows it reaches, and which it may leave behind."""

RESTRICTS = "AS RESTRICTIVE FOR INSERT WITH CHECK ({})"
HANGING = {
    "need": ("entry",),
    "need_severity": ("entry",),
    "goal": ("entry",),
    "goal_score": ("entry",),
    "action": ("entry", "goal"),
    "spend": ("goal",),
    "professional": ("entry",),
    "residence": ("entry",),
    "contact_point": ("entry",),
    "affiliation": ("entry",),
    "document": ("entry",),
    "consent": ("entry",),
    "disclosure": ("entry",),
}
"""What may hang only on rows that whoever writes it can see."""

TOGETHER = """EXISTS (
  SELECT FROM member a JOIN member b ON b.family_id = a.family_id
  WHERE a.person_id = relationship.person_id AND b.person_id = relationship.other_id)"""
"""That both people are or were in a family which the viewer may open: members are filtered."""

LOOKING_PAST = (
    "guard_join()",
    "guard_team()",
    "guard_closing()",
    "guard_member_role()",
    "unborn_is_born()",
    "guard_merge()",
    "guard_member_person()",
)
"""Triggers that hold rules among all rows, seen by whoever writes or not."""

WHO_READS = import_module("migrations.versions.0017_who_reads")
KIN = WHO_READS.RELATIONSHIPS
GENERATIONS = next(s for s in KIN.RELATIONSHIP if "FUNCTION guard_generations" in s)

# What cannot be is refused by its name to whoever sees why, since these run as whoever writes. What
# only hidden rows speak against is refused after that, in words that tell nothing of them.
UNSEEN = {
    "guard_relationship": (WHO_READS.GUARD_COUPLES, "CONSTRAINT = problem"),
    "guard_generations": (GENERATIONS, "CONSTRAINT = 'relationship_parent_older'"),
}
UNSEEN_TRIGGERS = {
    "relationship_guarded_unseen": """BEFORE INSERT OR UPDATE ON relationship
      FOR EACH ROW EXECUTE FUNCTION guard_relationship_unseen()""",
    "person_generations_unseen": """AFTER UPDATE OF birth, date_of_birth ON person
      FOR EACH ROW EXECUTE FUNCTION guard_generations_unseen()""",
}
AS_WRITER = (
    "guard_relationship()",
    "guard_generations()",
    "descends_from(bigint, bigint)",
    "couple_across(bigint, bigint)",
)
"""What told of hidden relationships, or refused because of them, as it looked past the policies."""


def unseen(name: str) -> str:
    """The guard of this name once more, among all rows, with one refusal for everything."""
    function, constraint = UNSEEN[name]
    assert constraint in function
    return (
        function.replace("CREATE OR REPLACE", "CREATE")
        .replace(f"FUNCTION {name}()", f"FUNCTION {name}_unseen()")
        .replace(constraint, "CONSTRAINT = 'relationship_does_not_fit'")
    )


def upgrade() -> None:
    """Make it."""
    op.execute("ALTER TABLE person ADD written_by text NOT NULL DEFAULT ''")
    op.execute(f"ALTER TABLE person ALTER written_by SET DEFAULT coalesce({VIEWER}, '')")
    for statement in (*QUICKER, *ACCESS, *SEARCH):
        op.execute(statement)
    op.execute(f"REVOKE EXECUTE ON FUNCTION {PERSONS_LIKE}, {EXACTLY} FROM PUBLIC")
    for table, policies in POLICIES.items():
        force_row_security(table)
        owner_acts(table)
        for name, (command, using, check) in policies.items():
            policy(table, name, command, using=using, check=check)
    for table, parents in HANGING.items():
        rule = sees(table, *parents)
        op.execute(f"CREATE POLICY hangs_on_seen ON {table} {RESTRICTS.format(rule)}")
    op.execute(
        "CREATE POLICY supersedes_seen ON entry "
        + RESTRICTS.format("supersedes_id IS NULL OR sees_entry(supersedes_id)")
    )
    _relationships_read(TOGETHER)
    for function in LOOKING_PAST:
        op.execute(f"ALTER FUNCTION {function} {DEFINER}")
    for function in AS_WRITER:
        op.execute(f"ALTER FUNCTION {function} SECURITY INVOKER")
    for name in UNSEEN:
        op.execute(unseen(name))
    for name, trigger in UNSEEN_TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {trigger}")


def downgrade() -> None:
    """Unmake it."""
    for name, trigger in UNSEEN_TRIGGERS.items():
        table = trigger.partition(" ON ")[2].split()[0]
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in UNSEEN:
        op.execute(f"DROP FUNCTION {name}_unseen()")
    for function in AS_WRITER:
        op.execute(f"ALTER FUNCTION {function} SECURITY DEFINER")
    for function in LOOKING_PAST:
        op.execute(f"ALTER FUNCTION {function} SECURITY INVOKER RESET search_path")
    _relationships_read(KIN.TOGETHER)
    op.execute("DROP POLICY supersedes_seen ON entry")
    for table in HANGING:
        op.execute(f"DROP POLICY hangs_on_seen ON {table}")
    for table, policies in POLICIES.items():
        for name in (*policies, "owner_acts"):
            op.execute(f"DROP POLICY {name} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"GRANT EXECUTE ON FUNCTION {PERSONS_LIKE} TO PUBLIC")
    for function in MADE:
        op.execute(f"DROP FUNCTION {function}")
    for statement in WHO_READS.ACCESS:
        if any(f"FUNCTION {name}() " in statement for name in QUICKENED):
            op.execute(statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute("ALTER TABLE person DROP COLUMN written_by")


def _relationships_read(rule: str) -> None:
    op.execute(f"ALTER POLICY reads ON relationship USING ({rule})")
    op.execute(f"ALTER POLICY writes ON relationship WITH CHECK ({rule})")
    op.execute(f"ALTER POLICY changes ON relationship USING ({rule}) WITH CHECK ({rule})")
