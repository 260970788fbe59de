"""Who said what, and which source cites which.

In goes the schema of 0014, out come quotes by speaker and citations by outlet. Articles filed before are not looked
through again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _quotes()
    _citations()


def _quotes() -> None:
    op.create_table(
        "quotes",
        sa.Column("article_id", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("speaker_id", sa.String, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("speaker", "cue")),
        sa.Column("direct", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("text", "folded", "folded_speaker")),
        sa.PrimaryKeyConstraint("article_id", "number", name="pk_quotes"),
    )
    op.create_index("ix_quotes_at_article_id_number", "quotes", ["at", "article_id", "number"])
    op.create_index("ix_quotes_speaker_id_at", "quotes", ["speaker_id", "at"])


def _citations() -> None:
    op.create_table(
        "citations",
        *(sa.Column(name, sa.String, nullable=False) for name in ("article_id", "domain")),
        sa.Column("at", TIME, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("cited", "cue")),
        sa.Column("byline", sa.Boolean, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "domain", name="pk_citations"),
    )
    for name in ("domain", "source"):
        op.create_index(f"ix_citations_{name}_at", "citations", [name, "at"])
    op.create_index("ix_citations_at_article_id_domain", "citations", ["at", "article_id", "domain"])
