"""Who may write staff and posts; the council's identity provider."""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
