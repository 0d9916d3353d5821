"""Same person."""

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
