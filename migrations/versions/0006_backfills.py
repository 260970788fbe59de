"""Archives to be read in, lists of feeds kept in sync, and pages read by rules."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing yet."""
