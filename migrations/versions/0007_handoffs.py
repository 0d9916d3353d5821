"""Handoffs: what was sent, whom it concerns, each stage since, and drafts."""

from alembic import op

from migrations.rules import VIEWER, append_only, drop, force_row_security, grant, policy

revision = "0007"
down_revision = "0006"

TABLES = (
    """
    CREATE TABLE handoff (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      reference text NOT NULL UNIQUE,
      draft_uid uuid UNIQUE,
      author_id bigint REFERENCES staff,
      source_name text NOT NULL DEFAULT '' CHECK (length(source_name) <= 200),
      source_organisation text NOT NULL DEFAULT '' CHECK (length(source_organisation) <= 200),
      source_email text NOT NULL DEFAULT '' CHECK (length(source_email) <= 254),
      bundle_id text UNIQUE,
      message_id text UNIQUE,
      hub_id bigint NOT NULL REFERENCES hub,
      sent_at timestamptz NOT NULL DEFAULT now(),
      domains text[] NOT NULL DEFAULT '{}',
      why text NOT NULL DEFAULT '' CHECK (length(why) <= 5000),
      tried text NOT NULL DEFAULT '' CHECK (length(tried) <= 5000),
      note text NOT NULL DEFAULT '' CHECK (length(note) <= 5000),
      contact_details text NOT NULL DEFAULT '' CHECK (length(contact_details) <= 1000),
      may_call boolean,
      may_text boolean,
      may_leave_message boolean,
      may_write boolean,
      advice text NOT NULL DEFAULT '' CHECK (length(advice) <= 240),
      consent text NOT NULL CHECK (consent IN ('agreed', 'not_asked', 'not_stated')),
      consent_reason text NOT NULL DEFAULT '' CHECK (length(consent_reason) <= 1000),
      stage text NOT NULL DEFAULT 'sent',
      version bigint NOT NULL DEFAULT 1,
      key_worker_id bigint REFERENCES staff,
      family_id bigint REFERENCES family,
      joined boolean NOT NULL DEFAULT false,
      CHECK (num_nonnulls(author_id, message_id) > 0),
      CHECK (num_nonnulls(may_call, may_text, may_leave_message, may_write) IN (0, 4)),
      CHECK ((consent = 'not_asked') = (consent_reason <> '')),
      CHECK (num_nonnulls(key_worker_id, family_id) = CASE stage WHEN 'sent' THEN 0 ELSE 2 END)
    )""",
    "CREATE INDEX handoff_hub_idx ON handoff (hub_id, stage, sent_at)",
    "CREATE INDEX handoff_author_idx ON handoff (author_id, sent_at)",
    "CREATE INDEX handoff_key_worker_idx ON handoff (key_worker_id, stage)",
    "CREATE INDEX handoff_family_idx ON handoff (family_id)",
    """
    CREATE TABLE handoff_person (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      handoff_id bigint NOT NULL REFERENCES handoff,
      given_name text NOT NULL CHECK (length(given_name) BETWEEN 1 AND 200),
      family_name text NOT NULL CHECK (length(family_name) BETWEEN 1 AND 200),
      date_of_birth date CHECK (date_of_birth > '1900-01-01'),
      nhs_number text CHECK (nhs_number_is_valid(nhs_number)),
      role text NOT NULL CHECK (role IN ('parent', 'child', 'other_adult',
        'non_resident_parent', 'unborn')),
      UNIQUE (handoff_id, nhs_number)
    )""",
    "CREATE INDEX handoff_person_handoff_idx ON handoff_person (handoff_id, id)",
    f"""
    CREATE TABLE handoff_stage (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      handoff_id bigint NOT NULL REFERENCES handoff,
      stage text NOT NULL CHECK (stage IN ('sent', 'allocated', 'accepted', 'returned',
        'handed_over')),
      recorded_at timestamptz NOT NULL DEFAULT now(),
      recorded_by text NOT NULL CHECK (recorded_by = {VIEWER}),
      key_worker_id bigint REFERENCES staff CHECK ((stage = 'sent') = (key_worker_id IS NULL)),
      note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
      CHECK ((stage IN ('returned', 'handed_over')) = (note <> ''))
    )""",
    "CREATE INDEX handoff_stage_handoff_idx ON handoff_stage (handoff_id, id)",
    """
    CREATE TABLE handoff_draft (
      uid uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      author_id bigint NOT NULL REFERENCES staff,
      data jsonb NOT NULL,
      version bigint NOT NULL DEFAULT 1,
      changed_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX handoff_draft_author_idx ON handoff_draft (author_id)",
)

STEPS = (
    """
    CREATE FUNCTION guard_handoff_stage() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.version = OLD.version + 1 AND (
        (NEW.stage = 'allocated' AND OLD.stage IN ('sent', 'returned', 'allocated')
          AND NEW.hub_id = ANY (managed_hubs())
          AND coalesce(OLD.family_id, NEW.family_id) = NEW.family_id)
        OR ((OLD.stage, NEW.stage) IN (('allocated', 'accepted'), ('allocated', 'returned'),
            ('accepted', 'handed_over'))
          AND OLD.key_worker_id = viewer_staff_id() AND NEW.key_worker_id = OLD.key_worker_id
          AND NEW.family_id = OLD.family_id)
      ) THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'a handoff cannot go from % to % like this', OLD.stage, NEW.stage
        USING ERRCODE = 'check_violation', CONSTRAINT = 'handoff_stage_order';
    END $$
    """,
    """CREATE TRIGGER handoff_stage_order BEFORE UPDATE ON handoff
       FOR EACH ROW EXECUTE FUNCTION guard_handoff_stage()""",
)

TRACKED = "kind IN ('visit', 'need', 'goal')"
MILESTONES = """
    CREATE FUNCTION handoff_milestones(wanted bigint)
    RETURNS TABLE (first_visit timestamptz, plan_started timestamptz)
    STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql
    BEGIN ATOMIC
      SELECT min(e.happened_at) FILTER (WHERE e.kind = 'visit'),
        min(e.happened_at) FILTER (WHERE e.kind IN ('need', 'goal'))
      FROM handoff h
      JOIN handoff_stage s ON s.handoff_id = h.id AND s.stage = 'accepted'
      JOIN entry e ON e.family_id = h.family_id
      WHERE h.id = wanted AND e.visibility = 'team'
        AND (e.happened_at AT TIME ZONE 'Europe/London')::date
          >= (s.recorded_at AT TIME ZONE 'Europe/London')::date
        AND NOT EXISTS (SELECT FROM entry later WHERE later.supersedes_id = e.id);
    END
    """
"""Two dates for whoever may see the handoff, whether or not the family is open to them. The policy
`handoff_tracker` lets the function's owner find them; the handoff itself is filtered as ever."""

WORKS_ON_IT = (
    "key_worker_id = viewer_staff_id() OR hub_id = ANY ((SELECT managed_hubs())::bigint[])"
)
IS_INTAKE = f"{VIEWER} = 'task:handoffs' AND message_id IS NOT NULL"
READS = f"author_id = viewer_staff_id() OR {WORKS_ON_IT} OR ({IS_INTAKE})"
SENDS = f"""
  stage = 'sent' AND version = 1
  AND ((author_id = viewer_staff_id() AND message_id IS NULL) OR ({IS_INTAKE}))
"""
SEES_HANDOFF = "EXISTS (SELECT FROM handoff h WHERE h.id = handoff_id)"
DESCRIBES_PERSON = f"""EXISTS (SELECT FROM handoff h WHERE h.id = handoff_id
  AND h.stage = 'sent' AND (h.author_id = viewer_staff_id() OR {VIEWER} = 'task:handoffs'))"""
REACHES_STAGE = """EXISTS (SELECT FROM handoff h WHERE h.id = handoff_id
  AND h.stage = handoff_stage.stage
  AND h.key_worker_id IS NOT DISTINCT FROM handoff_stage.key_worker_id)"""
SEES_STAGE = f"""EXISTS (SELECT FROM handoff h WHERE h.id = handoff_id
  AND (handoff_stage.stage <> 'returned' OR handoff_stage.recorded_by = {VIEWER}
    OR h.hub_id = ANY ((SELECT managed_hubs())::bigint[])))"""
"""Why a key worker gave a handoff back is between the key worker and the hub manager."""


def upgrade() -> None:
    """Make it."""
    for statement in (*TABLES, *STEPS, MILESTONES):
        op.execute(statement)
    for table in ("handoff", "handoff_person", "handoff_stage", "handoff_draft"):
        force_row_security(table)
    grant("handoff")
    grant("handoff", "UPDATE (stage, version, key_worker_id, family_id, joined)")
    policy("handoff", "reads", "SELECT", using=READS)
    policy("handoff", "sends", "INSERT", check=SENDS)
    policy("handoff", "moves", "UPDATE", using=WORKS_ON_IT, check=WORKS_ON_IT)
    for table, seen, added in (
        ("handoff_person", SEES_HANDOFF, DESCRIBES_PERSON),
        ("handoff_stage", SEES_STAGE, REACHES_STAGE),
    ):
        grant(table)
        append_only(table)
        policy(table, "reads", "SELECT", using=seen)
        policy(table, "writes", "INSERT", check=added)
    op.execute(
        f"CREATE POLICY handoff_tracker ON entry FOR SELECT TO CURRENT_USER USING ({TRACKED})"
    )
    grant("handoff_draft", "SELECT, INSERT, UPDATE (data, version, changed_at), DELETE")
    policy("handoff_draft", "own", "ALL", using="author_id = viewer_staff_id()")


def downgrade() -> None:
    """Unmake it."""
    op.execute("DROP POLICY handoff_tracker ON entry")
    op.execute("DROP FUNCTION handoff_milestones(bigint)")
    drop("handoff_draft", "handoff_stage", "handoff_person", "handoff")
    op.execute("DROP FUNCTION guard_handoff_stage()")
