"""Credentials, second factors, devices and sign-in."""

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make it."""


def downgrade() -> None:
    """Unmake it."""
