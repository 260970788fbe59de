"""People, organisations and places under stable ids."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Nothing yet."""
