"""Which article stood in which story, from when until when."""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Nothing yet."""
