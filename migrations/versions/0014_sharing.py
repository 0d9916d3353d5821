"""Consent and sharing."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
