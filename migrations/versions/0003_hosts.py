"""When each host may be asked again, and how feeds are doing."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing yet."""
