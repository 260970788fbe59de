"""What changed from text to text, and when pages are looked at again."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing yet."""
