"""Whose record each audited act was about, and each day sealed."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
