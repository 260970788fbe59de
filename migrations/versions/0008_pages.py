"""What pages say, robots.txt, and how well extraction does."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing yet."""
