"""How common words are in the stream."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "word_counts",
        sa.Column("language", sa.String, nullable=False),
        sa.Column("holds_from", TIME, nullable=False),
        sa.Column("counts", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("language", "holds_from", name="pk_word_counts"),
    )
