"""Finding."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
