"""While a copy is made, every table that has to do with a family says what of it may be given."""

from sqlalchemy import text
from sqlalchemy.orm import Session

RELATED = text("""
    WITH RECURSIVE related AS (
      SELECT unnest(ARRAY['family', 'person', 'member', 'entry']::regclass[]) AS id
      UNION
      SELECT c.conrelid::regclass FROM pg_constraint c JOIN related ON c.confrelid = related.id
      WHERE c.contype = 'f'
    )
    SELECT id::text FROM related
    UNION
    SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t
      USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
      AND column_name ~ '^(family|member|person|entry)_id$'""")
"""Those that refer to one of a family, at whatever distance, and those whose columns say so."""

COPIED = text("""
    SELECT p.tablename FROM pg_policies p JOIN pg_class c ON c.relname = p.tablename
    WHERE p.schemaname = 'public' AND p.policyname = 'copied' AND p.permissive = 'RESTRICTIVE'
      AND c.relrowsecurity AND c.relforcerowsecurity
      AND p.qual LIKE '%copied_for() AS copied_for) IS NULL)%'""")

KNOW_NOTHING_OF_A_FAMILY = {
    "chain_link": "the books of a purse: its entry_id is a journal entry's",
    "posting": "the books of a purse: its entry_id is a journal entry's",
}


def test_every_table_about_a_family_says_what_may_be_copied(session: Session) -> None:
    about_families = set(session.scalars(RELATED))
    said = set(session.scalars(COPIED))
    assert about_families - said - set(KNOW_NOTHING_OF_A_FAMILY) == set()
    assert not said & set(KNOW_NOTHING_OF_A_FAMILY)
