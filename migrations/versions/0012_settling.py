"""What settling moved, how far it has come, and what it goes by."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _moves()
    numbers = ("due", "done", "at_seq", "rescored_at", "rescored")
    op.create_table(
        "settle_points",
        sa.Column("language", sa.String, nullable=False),
        sa.Column("until", TIME, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in numbers),
        sa.PrimaryKeyConstraint("language", name="pk_settle_points"),
    )
    op.create_table(
        "near_articles",
        sa.Column("article_id", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("near", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_near_articles"),
    )
    op.create_index("ix_near_articles_language_at", "near_articles", ["language", "at"])


def _moves() -> None:
    op.create_table(
        "moves",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("language", "article_id", "before", "strand_id")),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("told_with", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_moves"),
    )
    op.create_index("ix_moves_language_told_with", "moves", ["language", "told_with"])
    op.create_index("ix_moves_language_seq", "moves", ["language", "seq"])
    op.create_index("ix_moves_article_id_seq", "moves", ["article_id", "seq"])
