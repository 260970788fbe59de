"""How many independent sources a story has."""

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Nothing yet."""
