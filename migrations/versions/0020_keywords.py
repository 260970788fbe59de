"""How common words are in the stream."""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Nothing yet."""
