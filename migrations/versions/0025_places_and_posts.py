"""In a copy a place is its owner's in the chronology too; who may open a record does not move it.

Where a child lives, goes and is reached is where somebody else does: a parent who shares the child
is not told, unless the entry is protected and names them. And only what is ever changed of a record
and of a place in its team can be: not the hub that manages it, nor who has the place.
"""

from importlib import import_module

from alembic import op

from migrations.rules import APP, grant

revision = "0025"
down_revision = "0024"

OF_A_PLACE = "('address', 'affiliation', 'contact')"

COPIES = import_module("migrations.versions.0021_copies")
BEFORE = next(s for s in COPIES.FUNCTIONS if "FUNCTION copy_entries()" in s).replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
LISTS = "copy_members() AS members"
REACHES = "s.member_id <> ALL (reach.members))"
NOW = BEFORE.replace(LISTS, f"{LISTS}, copy_own() AS own").replace(
    REACHES,
    f"""s.member_id <> ALL (
            CASE WHEN e.kind IN {OF_A_PLACE} THEN reach.own ELSE reach.members END))""",
)

CHANGED = {
    "family": "opened_on, closed_on, joined_into_id",
    "team_member": "ended_on, end_reason",
}
"""The columns that are ever changed."""


def upgrade() -> None:
    """Make it."""
    op.execute(NOW)
    for table, columns in CHANGED.items():
        op.execute(f"REVOKE UPDATE ON {table} FROM {APP}")
        grant(table, f"UPDATE ({columns})")


def downgrade() -> None:
    """Unmake it."""
    for table in CHANGED:
        op.execute(f"GRANT UPDATE ON {table} TO {APP}")
    op.execute(BEFORE)
