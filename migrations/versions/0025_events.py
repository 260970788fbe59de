"""Nothing yet."""

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    pass
