"""Routes of feeds, and the route by which a poll was made."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("routes", sa.Text, nullable=False, server_default="[]"))
    op.add_column("feeds", sa.Column("detour", sa.Text))
    op.add_column("polls", sa.Column("route", sa.Text, nullable=False, server_default=sa.text("''")))
