"""What settling moved."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("language", "article_id", "before", "strand_id")),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_moves"),
    )
    op.create_index("ix_moves_language_told_seq", "moves", ["language", "told", "seq"])
    op.create_index("ix_moves_article_id_seq", "moves", ["article_id", "seq"])
