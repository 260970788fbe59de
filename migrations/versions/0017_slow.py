"""Whether a feed was slow the last time."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("slow", sa.Boolean, nullable=False, server_default=sa.false()))
