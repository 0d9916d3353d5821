"""Documents."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
