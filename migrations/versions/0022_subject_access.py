"""Requests for subject access and what was decided of each item."""

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
