"""Subject access: requests, what was decided of each item, and what an officer reads meanwhile.

While a request is open, and no longer, an information officer reads what is held about that person.
Each policy `under_access` asks a function that says at once that there is nothing, unless the viewer
is an information officer and something is open: others pay next to nothing for it. The functions
run as their owner, so that policies which ask them do not ask each other in a circle.
"""

from alembic import op

from migrations.access import READING, TASK
from migrations.rules import (
    VIEWER,
    append_only,
    drop,
    force_row_security,
    grant,
    never_copied,
    owner_reads,
    policy,
)

revision = "0022"
down_revision = "0021"

OFFICER = "(SELECT viewer_holds('information_officer'))"

TABLES = (
    """
    CREATE TABLE access_request (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      reference text NOT NULL UNIQUE CHECK (reference ~ '^A-[2-9A-Z]{7}$'),
      person_id bigint NOT NULL REFERENCES person,
      about text NOT NULL CHECK (length(about) BETWEEN 1 AND 500),
      received_on date NOT NULL
        CHECK (received_on <= (registered_at AT TIME ZONE 'Europe/London')::date),
      way text NOT NULL CHECK (way IN ('letter', 'email', 'phone', 'in_person', 'online')),
      asked_by text NOT NULL CHECK (asked_by IN ('self', 'parent', 'solicitor')),
      asker text NOT NULL DEFAULT '' CHECK (length(asker) <= 200),
      authority text NOT NULL DEFAULT '' CHECK (length(authority) <= 500),
      wanted text NOT NULL DEFAULT '' CHECK (length(wanted) <= 2000),
      identity_way text NOT NULL DEFAULT '' CHECK (length(identity_way) <= 200),
      identity_checked_on date,
      state text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'waiting', 'answered', 'refused')),
      due_on date NOT NULL CHECK (due_on > received_on),
      extended_on date,
      extension_reason text NOT NULL DEFAULT '' CHECK (length(extension_reason) <= 1000),
      registered_by bigint NOT NULL REFERENCES staff,
      registered_at timestamptz NOT NULL DEFAULT now(),
      version bigint NOT NULL DEFAULT 1,
      closed_by bigint REFERENCES staff,
      closed_at timestamptz,
      sent_on date,
      sent_way text NOT NULL DEFAULT '' CHECK (length(sent_way) <= 200),
      refusal text CHECK (refusal IN ('unfounded', 'excessive')),
      refusal_words text NOT NULL DEFAULT '' CHECK (length(refusal_words) <= 2000),
      told_on date,
      CONSTRAINT access_request_authority
        CHECK ((asked_by = 'self') = (asker = '') AND (asked_by = 'self') = (authority = '')),
      CHECK ((identity_checked_on IS NULL) = (identity_way = '')),
      CONSTRAINT access_request_identity_first
        CHECK (state NOT IN ('open', 'answered') OR identity_checked_on IS NOT NULL),
      CHECK ((extended_on IS NULL) = (extension_reason = '')),
      CHECK (num_nulls(closed_by, closed_at)
        = CASE WHEN state IN ('answered', 'refused') THEN 0 ELSE 2 END),
      CHECK ((state = 'answered') = (sent_on IS NOT NULL)
        AND (state = 'answered') = (sent_way <> '')),
      CONSTRAINT access_request_refused_with_rights
        CHECK ((state = 'refused') = (refusal IS NOT NULL)
          AND (state = 'refused') = (refusal_words <> '')
          AND (state = 'refused') = (told_on IS NOT NULL))
    )""",
    "CREATE INDEX access_request_person_idx ON access_request (person_id)",
    "CREATE INDEX access_request_open_idx ON access_request (due_on) WHERE state = 'open'",
    """
    CREATE TABLE access_pause (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      request_id bigint NOT NULL REFERENCES access_request,
      kind text NOT NULL CHECK (kind IN ('identity', 'clarification')),
      words text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
      started_on date NOT NULL,
      ended_on date CHECK (ended_on >= started_on)
    )""",
    """CREATE UNIQUE INDEX access_pause_one_at_a_time ON access_pause (request_id)
       WHERE ended_on IS NULL""",
    # The latest decision on an item holds, as long as the item is what it was then.
    """
    CREATE TABLE access_item (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      request_id bigint NOT NULL REFERENCES access_request,
      source text NOT NULL CHECK (source ~ '^[a-z_]+$'),
      ref text NOT NULL CHECK (length(ref) BETWEEN 1 AND 80),
      digest bytea NOT NULL CHECK (length(digest) = 32),
      decision text NOT NULL CHECK (decision IN ('include', 'include_part', 'leave_out')),
      reason text NOT NULL CHECK (reason ~ '^[a-z_]+$'),
      words text NOT NULL DEFAULT '' CHECK (length(words) <= 1000),
      redacted jsonb CHECK (jsonb_typeof(redacted) = 'object'),
      decided_by bigint NOT NULL REFERENCES staff CHECK (decided_by = viewer_staff_id()),
      decided_at timestamptz NOT NULL DEFAULT now(),
      CHECK ((decision = 'include_part') = (redacted IS NOT NULL))
    )""",
    "CREATE INDEX access_item_request_idx ON access_item (request_id, source, ref, id)",
    # Whether somebody else agrees that what concerns them too is sent; the latest answer holds.
    """
    CREATE TABLE access_consent (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      request_id bigint NOT NULL REFERENCES access_request,
      person_id bigint NOT NULL REFERENCES person,
      answer text NOT NULL CHECK (answer IN ('asked', 'given', 'refused', 'unsafe')),
      words text NOT NULL DEFAULT '' CHECK (length(words) <= 500),
      recorded_by bigint NOT NULL REFERENCES staff CHECK (recorded_by = viewer_staff_id()),
      recorded_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX access_consent_request_idx ON access_consent (request_id, person_id, id)",
    """
    CREATE TABLE access_bundle (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      request_id bigint NOT NULL REFERENCES access_request,
      digest bytea NOT NULL CHECK (length(digest) = 32),
      asked_by bigint NOT NULL REFERENCES staff CHECK (asked_by = viewer_staff_id()),
      asked_at timestamptz NOT NULL DEFAULT now(),
      state text NOT NULL DEFAULT 'making' CHECK (state IN ('making', 'made', 'changed')),
      made_at timestamptz,
      stored_name text UNIQUE REFERENCES stored_file (name),
      size_bytes bigint CHECK (size_bytes > 0),
      sha256 bytea CHECK (length(sha256) = 32),
      CHECK (num_nulls(made_at, stored_name, size_bytes, sha256)
        = CASE state WHEN 'made' THEN 0 ELSE 4 END)
    )""",
    """CREATE UNIQUE INDEX access_bundle_one_making ON access_bundle (request_id)
       WHERE state = 'making'""",
    "CREATE INDEX access_bundle_request_idx ON access_bundle (request_id, id)",
)

GUARD = (
    """
    CREATE FUNCTION guard_access_request() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE problem text;
    BEGIN
      IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('open', 'waiting') OR NEW.version <> 1
            OR NEW.registered_by IS DISTINCT FROM viewer_staff_id() THEN
          problem := 'access_request_begins_open';
        END IF;
      ELSIF NEW.version <> OLD.version + 1 OR OLD.state IN ('answered', 'refused')
          OR (OLD.state = 'waiting' AND NEW.state = 'answered') THEN
        problem := 'access_request_transition';
      ELSIF (NEW.state = 'waiting') IS DISTINCT FROM EXISTS (SELECT FROM access_pause
          WHERE request_id = NEW.id AND ended_on IS NULL) THEN
        problem := 'access_request_clock';
      ELSIF OLD.extended_on IS NOT NULL AND NEW.extended_on IS DISTINCT FROM OLD.extended_on
          OR OLD.extended_on IS NULL AND NEW.extended_on > OLD.due_on THEN
        problem := 'access_request_extended_once_in_time';
      ELSIF NEW.closed_by IS DISTINCT FROM OLD.closed_by
          AND NEW.closed_by IS DISTINCT FROM viewer_staff_id() THEN
        problem := 'access_request_closed_in_own_name';
      ELSIF NEW.state = 'answered' AND NOT EXISTS (SELECT FROM access_bundle
          WHERE request_id = NEW.id AND state = 'made') THEN
        problem := 'access_request_answered_with_bundle';
      END IF;
      IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'a request for subject access does not become this'
          USING ERRCODE = 'check_violation', CONSTRAINT = problem;
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER access_request_guarded BEFORE INSERT OR UPDATE ON access_request
       FOR EACH ROW EXECUTE FUNCTION guard_access_request()""",
)


def among(column: str, found: str) -> str:
    """That the column is one of the ids that a function gives, once a statement."""
    return f"{column} = ANY ((SELECT {found}_under_access())::bigint[])"


UNDER_ACCESS = {
    "person": among("id", "persons"),
    "person_name": among("person_id", "persons"),
    "relationship": f"{among('person_id', 'persons')} OR {among('other_id', 'persons')}",
    "member": among("id", "members"),
    "member_past_role": among("member_id", "members"),
    "family": among("id", "families"),
    "entry": among("id", "entries"),
    "document": among("entry_id", "entries"),
    "disclosure": among("entry_id", "entries"),
    "residence": among("member_id", "members"),
    "contact_point": among("member_id", "members"),
    "affiliation": among("member_id", "members"),
    "consent": f"{among('member_id', 'members')} OR {among('decided_by_id', 'members')}",
    "need": among("member_id", "members"),
    "goal": among("id", "goals"),
    "action": f"{among('member_id', 'members')} OR {among('goal_id', 'goals')}",
    "spend": among("id", "spends"),
    "copy": among("member_id", "members"),
    "handoff": among("id", "handoffs"),
}
"""What an officer reads; what hangs on these is seen by whoever sees them."""

OWNER_READS = (
    "person",
    "person_name",
    "member",
    "family",
    "entry_subject",
    "need",
    "goal_need",
    "spend_member",
    "handoff_person",
    "audit_event",
    "post",
)
"""What the functions above read."""

OPEN = "(SELECT open_families())::bigint[]"
NOTHING_READ = "(SELECT persons_under_access()) = '{}'"
OWN_FAMILY = f"{NOTHING_READ} OR family_id = ANY ({OPEN})"
OF_SPEND = f"""{NOTHING_READ} OR EXISTS (SELECT FROM spend
  WHERE spend.id = spend_id AND spend.family_id = ANY ({OPEN}))"""
OF_HANDOFF = f"""{NOTHING_READ} OR EXISTS (SELECT FROM handoff h WHERE h.id = handoff_id
  AND (viewer_staff_id() IN (h.author_id, h.key_worker_id)
    OR h.hub_id = ANY ((SELECT managed_hubs())::bigint[])))"""
READ_ONLY = {
    "entry_subject": OWN_FAMILY,
    "significant_entry": OWN_FAMILY,
    "entry_goal": OWN_FAMILY,
    "entry_action": OWN_FAMILY,
    "need_severity": OWN_FAMILY,
    "goal_score": OWN_FAMILY,
    "goal_need": OWN_FAMILY,
    "spend_member": OWN_FAMILY,
    "purchase": OF_SPEND,
    "receipt": OF_SPEND,
    "handoff_stage": OF_HANDOFF,
}
"""What may otherwise be added by whoever sees the row that it hangs on."""

MAY = f"({TASK} OR ({OFFICER} AND person_id <> ALL ((SELECT barred_persons())::bigint[])))"
OF_REQUEST = "EXISTS (SELECT FROM access_request r WHERE r.id = request_id)"
OF_OPEN = "EXISTS (SELECT FROM access_request r WHERE r.id = request_id AND r.state = 'open')"
CHANGES = """state, due_on, extended_on, extension_reason, identity_way, identity_checked_on,
  version, closed_by, closed_at, sent_on, sent_way, refusal, refusal_words, told_on"""
ITEM_GIVEN = "request_id, source, ref, digest, decision, reason, words, redacted, decided_by"

NOT_FOR_OTHERS = f"act NOT LIKE 'access.%' OR {OFFICER} OR starts_with({VIEWER}, 'task:')"
"""That somebody asked what is held about them is nobody's business but the officers'."""


def upgrade() -> None:
    """Make it."""
    for statement in (*TABLES, *GUARD, *READING):
        op.execute(statement)
    for table in ("access_request", "access_bundle"):
        owner_reads(table)
    for table in ("access_request", "access_pause", "access_item", "access_consent"):
        force_row_security(table)
    force_row_security("access_bundle")
    grant("access_request", f"SELECT, INSERT, UPDATE ({CHANGES})")
    policy("access_request", "reads", "SELECT", using=MAY)
    policy("access_request", "registers", "INSERT", check=f"{MAY} AND NOT {TASK}")
    policy("access_request", "changes", "UPDATE", using=f"{MAY} AND NOT {TASK}")
    grant("access_pause", "SELECT, INSERT, UPDATE (ended_on)")
    policy(
        "access_pause", "of_request", "ALL", using=OF_REQUEST, check=f"{OF_REQUEST} AND NOT {TASK}"
    )
    grant("access_item", f"SELECT, INSERT ({ITEM_GIVEN})")
    grant("access_consent", "SELECT, INSERT (request_id, person_id, answer, words, recorded_by)")
    for table in ("access_item", "access_consent"):
        append_only(table)
        policy(table, "reads", "SELECT", using=OF_REQUEST)
        policy(table, "decides", "INSERT", check=OF_OPEN)
    grant(
        "access_bundle",
        "SELECT, INSERT, UPDATE (state, made_at, stored_name, size_bytes, sha256)",
    )
    policy("access_bundle", "reads", "SELECT", using=OF_REQUEST)
    policy("access_bundle", "asks", "INSERT", check=f"{OF_OPEN} AND state = 'making'")
    policy("access_bundle", "makes", "UPDATE", using=TASK)
    for table, rule in UNDER_ACCESS.items():
        policy(table, "under_access", "SELECT", using=rule)
    for table in OWNER_READS:
        op.execute(
            f"CREATE POLICY access_checks ON {table} FOR SELECT TO CURRENT_USER USING (true)"
        )
    for table, rule in READ_ONLY.items():
        op.execute(
            f"CREATE POLICY only_read_under_access ON {table} AS RESTRICTIVE FOR INSERT"
            f" WITH CHECK ({rule})"
        )
    op.execute(
        "CREATE POLICY not_unmarked_under_access ON significant_entry AS RESTRICTIVE FOR DELETE"
        f" USING ({OWN_FAMILY})"
    )
    never_copied(
        *("access_request", "access_pause", "access_item", "access_consent", "access_bundle")
    )
    op.execute(
        "CREATE POLICY access_is_for_officers ON audit_event AS RESTRICTIVE FOR SELECT"
        f" TO keywork_app USING ({NOT_FOR_OTHERS})"
    )


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP POLICY access_is_for_officers ON audit_event")
    op.execute("DROP POLICY not_unmarked_under_access ON significant_entry")
    for table in READ_ONLY:
        op.execute(f"DROP POLICY only_read_under_access ON {table}")
    for table in OWNER_READS:
        op.execute(f"DROP POLICY access_checks ON {table}")
    for table in UNDER_ACCESS:
        op.execute(f"DROP POLICY under_access ON {table}")
    drop("access_bundle", "access_consent", "access_item", "access_pause", "access_request")
    for function in (
        "guard_access_request()",
        "find_for_access(text, date, text, text, uuid)",
        "reads_under_access(bigint[])",
        "people_beside_access(bigint[])",
        "goals_beside_access()",
        "handoffs_under_access()",
        "handoffs_naming(bigint[])",
        "spends_under_access()",
        "goals_under_access()",
        "entries_under_access()",
        "families_under_access()",
        "members_under_access()",
        "persons_under_access()",
        "barred_persons()",
    ):
        op.execute(f"DROP FUNCTION {function}")
