"""Whatever hangs on a family, a person or a handoff is known to erasure."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.kernel.viewer import set_viewer, system_task

ROOTS = {"family", "person", "handoff"}

HANGS_ON = """
  SELECT conrelid::regclass::text, confrelid::regclass::text,
    ARRAY(SELECT attname::text FROM pg_attribute
      WHERE attrelid = conrelid AND attnum = ANY (conkey) ORDER BY attnum)
  FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"""

NAMED_ALIKE = """
  SELECT table_name || '.' || column_name FROM information_schema.columns c
  JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
    AND column_name IN ('family_id', 'person_id', 'member_id', 'entry_id', 'handoff_id')"""

STEPS = "SELECT DISTINCT polrelid::regclass::text FROM pg_policy WHERE polname = 'erases'"

WITHOUT_KEY = {
    "audit_event.family_id": "a number that no record has any more; what was done stays known",
    "posting.entry_id": "an entry of the journal",
    "chain_link.entry_id": "an entry of the journal",
}
"""Columns that are called as if they hung on a record, and are left as they are."""


def hanging(session: Session) -> tuple[set[str], set[str]]:
    """The tables that hang on a record, however far, and the columns they do so by."""
    keys = session.execute(text(HANGS_ON)).all()
    found, columns = set(ROOTS), set()
    while True:
        new = {table for table, on, _ in keys if on in found}
        if new <= found:
            break
        found |= new
    for table, on, names in keys:
        if on in found:
            columns |= {f"{table}.{name}" for name in names}
    return found, columns


def test_erasure_knows_every_table_that_hangs_on_a_record(session: Session) -> None:
    set_viewer(session, system_task("retention"))
    known = set(session.scalars(text(STEPS)))
    found, _ = hanging(session)
    assert found - known == set(), "say with rules.erases what becomes of these"
    assert known - found == {"stored_file", "form_draft", "kept_form"}


def test_nothing_points_at_a_record_without_the_database_knowing(session: Session) -> None:
    set_viewer(session, system_task("retention"))
    _, columns = hanging(session)
    pointing = set(session.scalars(text(NAMED_ALIKE)))
    assert pointing - columns == set(WITHOUT_KEY) & pointing
