"""What may reach the person whom something is copied for."""

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
