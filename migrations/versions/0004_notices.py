"""What is told to endpoints, alerts and otherwise."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing yet."""
