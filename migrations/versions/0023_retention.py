"""Legal holds, reviews and erasure."""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
