"""How stories came together and apart, and what people decided of them."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Nothing yet."""
