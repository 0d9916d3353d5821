"""${message}."""

from alembic import op

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Make it."""
    ${upgrades if upgrades else 'op.execute("")'}


def downgrade() -> None:
    """Unmake it."""
    ${downgrades if downgrades else 'op.execute("")'}
