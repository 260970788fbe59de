"""How stories came together and apart, and what people decided of them."""

import sqlalchemy as sa
from alembic import op

from service.store.table import Time

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("article_id", sa.String, primary_key=True),
        sa.Column("other_id", sa.String, primary_key=True),
        sa.Column("at", Time, nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index(op.f("ix_decisions_other_id"), "decisions", ["other_id"])
